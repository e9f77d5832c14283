// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/socket_fields.h"

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/descriptor.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

bool IsIp(DescriptorKind kind) {
  return kind == DescriptorKind::kIpv4 || kind == DescriptorKind::kIpv6;
}

Presence WithoutIp(DescriptorKind kind) {
  return kind == DescriptorKind::kUnknown ? Presence::kUnknown
                                          : Presence::kAbsent;
}

Value IpOf(const Endpoint& endpoint) { return Value::Ip(endpoint.ip); }
Value PortOf(const Endpoint& endpoint) { return Value::Number(endpoint.port); }

// One end. Sockets with one end have no client, local or remote: the reference
// calls the own address of a listening socket its server's.
template <Endpoint SocketEnds::*end, Value (*part)(const Endpoint&)>
Extracted OfEnd(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsIp(kind)) return {WithoutIp(kind), {}};
  const SocketEnds ends = ReadSocketEnds(event);
  if (!ends.is_tuple && end != &SocketEnds::server) return Absent();
  const Endpoint& endpoint = ends.*end;
  return endpoint.is_known ? Known(part(endpoint)) : Unknown();
}

// Client and server; the own address if there is one end only.
template <Value (*part)(const Endpoint&)>
void OfBothEnds(const Event& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsIp(kind)) {
    out.Clear(WithoutIp(kind));
    return;
  }
  const SocketEnds ends = ReadSocketEnds(event);
  if (ends.client.is_known) out.Add(part(ends.client));
  if (ends.server.is_known) out.Add(part(ends.server));
  const bool is_complete =
      ends.server.is_known && (ends.client.is_known || !ends.is_tuple);
  if (!is_complete) out.presence = Presence::kUnknown;
}

Extracted TransportProtocol(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  // The text <NA> is a value: fd.l4proto != tcp holds for files.
  return Text(IsIp(kind) ? ReadSocketEnds(event).protocol : "<NA>");
}

Extracted Family(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (IsIp(kind)) return Text("ip");
  if (kind == DescriptorKind::kUnix) return Text("unix");
  return {WithoutIp(kind), {}};
}

Extracted IsServer(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  const DescriptorRole role = LayoutOf(event.record).role;
  return Bool(role == DescriptorRole::kAccept || role == DescriptorRole::kBind);
}

// Whether the socket is connected after the event. A connect that goes on in
// the background (EINPROGRESS) is not yet.
Extracted IsConnected(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  const DescriptorRole role = LayoutOf(event.record).role;
  const bool is_connect = role == DescriptorRole::kConnect;
  return Bool(role == DescriptorRole::kAccept ||
              (is_connect && event.record.result() >= 0));
}

// connect and bind give a socket its name.
Extracted NameChanged(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (kind == DescriptorKind::kNoDescriptor) return Absent();
  const DescriptorRole role = LayoutOf(event.record).role;
  const bool names =
      role == DescriptorRole::kConnect || role == DescriptorRole::kBind;
  return Bool(names && event.record.result() >= 0);
}

// Unknown where the field could have a value.
Extracted OfIpSocket(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  return IsIp(kind) ? Unknown() : Extracted{WithoutIp(kind), {}};
}

constexpr absl::string_view kNoServices = "names of services";
constexpr absl::string_view kNoDns = "names from DNS (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "fd.l4proto",
     .type = FieldType::kString,
     .doc = "tcp, udp, icmp or raw; the text <NA> for what is no IP socket.",
     .read = Read<TransportProtocol>},
    {.name = "fd.sockfamily",
     .type = FieldType::kString,
     .doc = "ip or unix.",
     .read = Read<Family>},
    {.name = "fd.is_server",
     .type = FieldType::kBool,
     .doc = "Whether the process is on the server's side.",
     .read = Read<IsServer>},
    {.name = "fd.connected",
     .type = FieldType::kBool,
     .doc = "Whether the socket is connected after the event.",
     .read = Read<IsConnected>},
    {.name = "fd.name_changed",
     .type = FieldType::kBool,
     .doc = "Whether the event changed the descriptor's name.",
     .read = Read<NameChanged>},
    {.name = "fd.ip",
     .type = FieldType::kIpAddress,
     .quantifier = Quantifier::kEither,
     .no_transformer = true,
     .doc = "Address of client or server.",
     .read = Read<OfBothEnds<IpOf>>},
    {.name = "fd.cip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the client.",
     .read = Read<OfEnd<&SocketEnds::client, IpOf>>},
    {.name = "fd.sip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the server.",
     .read = Read<OfEnd<&SocketEnds::server, IpOf>>},
    {.name = "fd.lip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the local end.",
     .read = Read<OfEnd<&SocketEnds::local, IpOf>>},
    {.name = "fd.rip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the remote end.",
     .read = Read<OfEnd<&SocketEnds::remote, IpOf>>},
    {.name = "fd.port",
     .type = FieldType::kPort,
     .quantifier = Quantifier::kEither,
     .no_transformer = true,
     .doc = "Port of client or server.",
     .read = Read<OfBothEnds<PortOf>>},
    {.name = "fd.cport",
     .type = FieldType::kPort,
     .doc = "Port of the client.",
     .read = Read<OfEnd<&SocketEnds::client, PortOf>>},
    {.name = "fd.sport",
     .type = FieldType::kPort,
     .doc = "Port of the server.",
     .read = Read<OfEnd<&SocketEnds::server, PortOf>>},
    {.name = "fd.lport",
     .type = FieldType::kPort,
     .doc = "Port of the local end.",
     .read = Read<OfEnd<&SocketEnds::local, PortOf>>},
    {.name = "fd.rport",
     .type = FieldType::kPort,
     .doc = "Port of the remote end.",
     .read = Read<OfEnd<&SocketEnds::remote, PortOf>>},
    {.name = "fd.net",
     .type = FieldType::kIpNet,
     .quantifier = Quantifier::kEither,
     .no_transformer = true,
     .doc = "Networks of client or server.",
     .read = Read<OfBothEnds<IpOf>>},
    {.name = "fd.cnet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the client.",
     .read = Read<OfEnd<&SocketEnds::client, IpOf>>},
    {.name = "fd.snet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the server.",
     .read = Read<OfEnd<&SocketEnds::server, IpOf>>},
    {.name = "fd.lnet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the local end.",
     .read = Read<OfEnd<&SocketEnds::local, IpOf>>},
    {.name = "fd.rnet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the remote end.",
     .read = Read<OfEnd<&SocketEnds::remote, IpOf>>},
    {.name = "fd.proto",
     .type = FieldType::kPort,
     .quantifier = Quantifier::kEither,
     .no_transformer = true,
     .doc = "Port of client or server, as fd.port.",
     .read = Read<OfBothEnds<PortOf>>},
    {.name = "fd.cproto",
     .type = FieldType::kString,
     .unavailable = kNoServices,
     .doc = "Service of the client's port.",
     .read = Read<OfIpSocket>},
    {.name = "fd.sproto",
     .type = FieldType::kString,
     .unavailable = kNoServices,
     .doc = "Service of the server's port.",
     .read = Read<OfIpSocket>},
    {.name = "fd.lproto",
     .type = FieldType::kString,
     .unavailable = kNoServices,
     .doc = "Service of the local port.",
     .read = Read<OfIpSocket>},
    {.name = "fd.rproto",
     .type = FieldType::kString,
     .unavailable = kNoServices,
     .doc = "Service of the remote port.",
     .read = Read<OfIpSocket>},
    {.name = "fd.cip.name",
     .type = FieldType::kString,
     .no_transformer = true,
     .unavailable = kNoDns,
     .doc = "Domain of the client's address.",
     .read = Read<OfIpSocket>},
    {.name = "fd.sip.name",
     .type = FieldType::kString,
     .no_transformer = true,
     .unavailable = kNoDns,
     .doc = "Domain of the server's address.",
     .read = Read<OfIpSocket>},
    {.name = "fd.lip.name",
     .type = FieldType::kString,
     .no_transformer = true,
     .unavailable = kNoDns,
     .doc = "Domain of the local address.",
     .read = Read<OfIpSocket>},
    {.name = "fd.rip.name",
     .type = FieldType::kString,
     .no_transformer = true,
     .unavailable = kNoDns,
     .doc = "Domain of the remote address.",
     .read = Read<OfIpSocket>},
};

}  // namespace

absl::Span<const FieldInfo> SocketFields() { return kFields; }

}  // namespace eyrie::rules
