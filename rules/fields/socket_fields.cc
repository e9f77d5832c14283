// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/socket_fields.h"

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/domain_table.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

Presence WithoutIp(DescriptorKind kind) {
  return kind == DescriptorKind::kUnknown ? Presence::kUnknown
                                          : Presence::kAbsent;
}

Value IpOf(const Endpoint& endpoint) { return Value::Ip(endpoint.ip); }
Value PortOf(const Endpoint& endpoint) { return Value::Number(endpoint.port); }

// Which end a field speaks of.
enum class End { kClient, kServer, kLocal, kRemote };

// The end; null if the socket has none. A server that has no peer has no other
// end than the server's: so the reference calls the own address of a listening
// socket.
const Endpoint* FindEnd(const SocketEnds& ends, End end) {
  if (ends.has_one_end()) return end == End::kServer ? &ends.server() : nullptr;
  if (end == End::kLocal) return &ends.local;
  const bool is_side_known = ends.side != SocketSide::kUnknown;
  if (end != End::kRemote && !is_side_known) return nullptr;
  const Endpoint* found = end == End::kRemote   ? &ends.remote
                          : end == End::kClient ? &ends.client()
                                                : &ends.server();
  return found == &ends.remote && !ends.has_peer ? nullptr : found;
}

template <End end, Value (*part)(const Endpoint&)>
Extracted OfEnd(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsIpSocket(kind)) return {WithoutIp(kind), {}};
  const SocketEnds ends = ReadSocketEnds(event);
  const Endpoint* endpoint = FindEnd(ends, end);
  if (endpoint == nullptr) return Absent();
  return endpoint->is_known ? Known(part(*endpoint)) : Unknown();
}

// All ends that the socket has: client and server, local and remote if it is
// not known which is which.
template <Value (*part)(const Endpoint&)>
void OfBothEnds(const Event& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsIpSocket(kind)) {
    out.Clear(WithoutIp(kind));
    return;
  }
  const SocketEnds ends = ReadSocketEnds(event);
  const bool is_side_known = ends.side != SocketSide::kUnknown;
  bool is_complete = true;
  for (const End end : {is_side_known ? End::kClient : End::kLocal,
                        is_side_known ? End::kServer : End::kRemote}) {
    const Endpoint* endpoint = FindEnd(ends, end);
    if (endpoint == nullptr) continue;
    if (endpoint->is_known) out.Add(part(*endpoint));
    is_complete = is_complete && endpoint->is_known;
  }
  if (!is_complete) out.presence = Presence::kUnknown;
}

Extracted TransportProtocol(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  // The text <NA> is a value: fd.l4proto != tcp holds for files.
  if (!IsIpSocket(kind)) return Text("<NA>");
  const SocketEnds ends = ReadSocketEnds(event);
  // The reference has no protocol either where it has no client.
  return Text(ends.side == SocketSide::kUnknown ? "<NA>" : ends.protocol);
}

Extracted Family(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (IsIpSocket(kind)) return Text("ip");
  if (kind == DescriptorKind::kUnix) return Text("unix");
  return {WithoutIp(kind), {}};
}

Extracted IsServer(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  return Bool(IsSocket(kind) &&
              ReadSocketEnds(event).side == SocketSide::kServer);
}

// Whether the socket is connected after the event. A connect that goes on in
// the background (EINPROGRESS) is not yet.
Extracted IsConnected(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {WithoutIp(kind), {}};
  const EventLayout& layout = LayoutOf(event.record);
  switch (layout.role) {
    case DescriptorRole::kAccept:
      return Bool(true);
    case DescriptorRole::kConnect:
      return Bool(event.record.result() >= 0);
    case DescriptorRole::kDescribed:
      return Bool(IsSocket(kind) && (event.record.u64(layout.file_flags) &
                                     EYRIE_SOCKET_CONNECTED) != 0);
    default:
      return Bool(false);
  }
}

// connect and bind give a socket its name, and so does an address that a
// datagram is sent to or comes from.
Extracted NameChanged(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (kind == DescriptorKind::kNoDescriptor) return Absent();
  const DescriptorRole role = LayoutOf(event.record).role;
  const bool names = role == DescriptorRole::kConnect ||
                     role == DescriptorRole::kBind ||
                     (IsSocket(kind) && ReadSocketEnds(event).is_peer_given);
  return Bool(names && event.record.result() >= 0);
}

// The names of rules that resolve to the address of an end.
template <End end>
void NamesOfEnd(const Event& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  const Extracted ip = OfEnd<end, IpOf>(event);
  if (ip.presence != Presence::kPresent || !event.at_centre) {
    out.Clear(ip.presence == Presence::kAbsent ? Presence::kAbsent
                                               : Presence::kUnknown);
    return;
  }
  if (event.domains == nullptr) return;
  for (const std::string& name : event.domains->NamesOf(ip.value.ip())) {
    out.Add(Value::Text(name));
  }
  if (!event.domains->is_complete()) out.presence = Presence::kUnknown;
}

// Unknown where the field could have a value.
Extracted OfIpSocket(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  return IsIpSocket(kind) ? Unknown() : Extracted{WithoutIp(kind), {}};
}

constexpr absl::string_view kNoServices = "names of services";

const FieldInfo kFields[] = {
    {.name = "fd.l4proto",
     .type = FieldType::kString,
     .doc = "tcp, udp, icmp or raw; the text <NA> for what is no IP socket, "
            "and where it is not known who is the client.",
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
     .read = Read<OfEnd<End::kClient, IpOf>>},
    {.name = "fd.sip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the server.",
     .read = Read<OfEnd<End::kServer, IpOf>>},
    {.name = "fd.lip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the local end.",
     .read = Read<OfEnd<End::kLocal, IpOf>>},
    {.name = "fd.rip",
     .type = FieldType::kIpAddress,
     .doc = "Address of the remote end.",
     .read = Read<OfEnd<End::kRemote, IpOf>>},
    {.name = "fd.port",
     .type = FieldType::kPort,
     .quantifier = Quantifier::kEither,
     .no_transformer = true,
     .doc = "Port of client or server.",
     .read = Read<OfBothEnds<PortOf>>},
    {.name = "fd.cport",
     .type = FieldType::kPort,
     .doc = "Port of the client.",
     .read = Read<OfEnd<End::kClient, PortOf>>},
    {.name = "fd.sport",
     .type = FieldType::kPort,
     .doc = "Port of the server.",
     .read = Read<OfEnd<End::kServer, PortOf>>},
    {.name = "fd.lport",
     .type = FieldType::kPort,
     .doc = "Port of the local end.",
     .read = Read<OfEnd<End::kLocal, PortOf>>},
    {.name = "fd.rport",
     .type = FieldType::kPort,
     .doc = "Port of the remote end.",
     .read = Read<OfEnd<End::kRemote, PortOf>>},
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
     .read = Read<OfEnd<End::kClient, IpOf>>},
    {.name = "fd.snet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the server.",
     .read = Read<OfEnd<End::kServer, IpOf>>},
    {.name = "fd.lnet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the local end.",
     .read = Read<OfEnd<End::kLocal, IpOf>>},
    {.name = "fd.rnet",
     .type = FieldType::kIpNet,
     .no_transformer = true,
     .doc = "Networks of the remote end.",
     .read = Read<OfEnd<End::kRemote, IpOf>>},
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
     .quantifier = Quantifier::kEither,
     .owner = Owner::kCentre,
     .no_transformer = true,
     .doc = "Domain names that rules mention and that resolve to the client's "
            "address.",
     .read = Read<NamesOfEnd<End::kClient>>,
     .is_domain = true},
    {.name = "fd.sip.name",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .owner = Owner::kCentre,
     .no_transformer = true,
     .doc = "Domain names that rules mention and that resolve to the server's "
            "address.",
     .read = Read<NamesOfEnd<End::kServer>>,
     .is_domain = true},
    {.name = "fd.lip.name",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .owner = Owner::kCentre,
     .no_transformer = true,
     .doc = "Domain names that rules mention and that resolve to the local "
            "address.",
     .read = Read<NamesOfEnd<End::kLocal>>,
     .is_domain = true},
    {.name = "fd.rip.name",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .owner = Owner::kCentre,
     .no_transformer = true,
     .doc = "Domain names that rules mention and that resolve to the remote "
            "address.",
     .read = Read<NamesOfEnd<End::kRemote>>,
     .is_domain = true},
};

}  // namespace

absl::Span<const FieldInfo> SocketFields() { return kFields; }

}  // namespace eyrie::rules
