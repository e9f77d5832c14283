// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/network_steps.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/e2e/attack_steps/acts.h"
#include "tests/e2e/attack_steps/io_ring.h"

namespace eyrie::testing {
namespace {

sockaddr_in Address(const char* text, uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

// Makes a call on an address: bind, connect.
bool Calls(long call, int fd, const sockaddr_in& address) {
  return syscall(call, fd, &address, sizeof(address)) == 0;
}

int Tcp() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
int Udp() { return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); }

int Listener(uint16_t port) {
  const int listener = Tcp();
  const sockaddr_in address = Address("127.0.0.1", port);
  if (!Calls(SYS_bind, listener, address) || listen(listener, 1) != 0) {
    return -1;
  }
  return listener;
}

// A connection to a listener of this process.
int Connection(uint16_t port) {
  if (Listener(port) < 0) return -1;
  const int client = Tcp();
  return Calls(SYS_connect, client, Address("127.0.0.1", port)) ? client : -1;
}

// Refused or without a way there: nobody is on this network.
bool ConnectsInVain(const char* address, uint16_t port) {
  return LeaveNetwork() && !Calls(SYS_connect, Tcp(), Address(address, port));
}

bool ConnectsInVainByV6() {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(4445);
  address.sin6_addr = in6addr_loopback;
  if (!LeaveNetwork()) return false;
  const int client = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return syscall(SYS_connect, client, &address, sizeof(address)) != 0;
}

bool ConnectsByIoUring() {
  if (!LeaveNetwork()) return false;
  const sockaddr_in address = Address("127.0.0.1", 4446);
  io_uring_sqe request = {};
  request.opcode = IORING_OP_CONNECT;
  request.fd = Tcp();
  request.addr = AddressOf(&address);
  request.off = sizeof(address);
  return RunInRing(request) < 0;
}

bool LooksForEngine() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, "/nonexistent/docker.sock");
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return syscall(SYS_connect, client, &address, sizeof(address)) != 0;
}

bool Accepts() {
  if (!LeaveNetwork()) return false;
  const int listener = Listener(31340);
  return Calls(SYS_connect, Tcp(), Address("127.0.0.1", 31340)) &&
         syscall(SYS_accept4, listener, nullptr, nullptr, SOCK_CLOEXEC) >= 0;
}

// A socket where a shell would read and write.
bool Redirects(long call, uint16_t port, int number) {
  if (!LeaveNetwork()) return false;
  const int connection = Connection(port);
  return syscall(call, connection, number, 0) == number;
}

bool AsksNames() {
  constexpr absl::string_view kQuery = "eyrie-exfiltration";
  if (!LeaveNetwork()) return false;
  const sockaddr_in server = Address("127.0.0.1", 53);
  return syscall(SYS_sendto, Udp(), kQuery.data(), kQuery.size(), 0, &server,
                 sizeof(server)) == static_cast<long>(kQuery.size());
}

bool TakesCommand() {
  if (!LeaveNetwork()) return false;
  const int bot = Udp();
  const sockaddr_in address = Address("127.0.0.1", 6667);
  char order[64] = "eyrie-order";
  if (!Calls(SYS_bind, bot, address) || !Calls(SYS_connect, bot, address) ||
      send(bot, order, 11, 0) != 11) {
    return false;
  }
  return syscall(SYS_recvfrom, bot, order, sizeof(order), 0, nullptr,
                 nullptr) == 11;
}

bool SendsFile() {
  if (!LeaveNetwork() || !MakeFile("loot", "eyrie-loot")) return false;
  const int loot = open("loot", O_RDONLY | O_CLOEXEC);
  return syscall(SYS_sendfile, Connection(31342), loot, nullptr, 10) == 10;
}

// A filter that lets all pass.
bool AttachesFilter() {
  sock_filter pass = {.code = BPF_RET | BPF_K, .k = 0xffff};
  const sock_fprog program = {.len = 1, .filter = &pass};
  return syscall(SYS_setsockopt, Udp(), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                 sizeof(program)) == 0;
}

bool ListensToAll() {
  if (!LeaveNetwork()) return false;
  packet_mreq membership = {};
  membership.mr_ifindex = static_cast<int>(if_nametoindex("lo"));
  membership.mr_type = PACKET_MR_PROMISC;
  const int sniffer = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return syscall(SYS_setsockopt, sniffer, SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                 &membership, sizeof(membership)) == 0;
}

bool ListsInterfaces() {
  ifconf list = {};
  return syscall(SYS_ioctl, Udp(), SIOCGIFCONF, &list) == 0;
}

// Makes a socket of a kind that the kernel may lack.
bool Tries(int domain, int type, int protocol) {
  syscall(SYS_socket, domain, type, protocol);
  return true;
}

AttackSteps SocketSteps() {
  return {
      {"All packets listened to", "T1040",
       "evt.type = socket and evt.arg.domain = AF_PACKET and evt.arg.type = 3 "
       "and evt.rawarg.proto = 768 and fd.num >= 0",
       [] { return syscall(SYS_socket, AF_PACKET, SOCK_RAW, 0x300) >= 0; }},
      {"Packets of its own made", "T1095",
       "evt.type = socket and evt.arg.domain = AF_INET and evt.arg.type = 3 "
       "and evt.rawarg.proto = 1 and fd.num >= 0",
       [] {
         return syscall(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0;
       }},
      {"Crypto of the kernel asked for", "T1486",
       "evt.type = socket and evt.arg.domain = AF_ALG and evt.arg.type = 5",
       [] { return Tries(AF_ALG, SOCK_SEQPACKET, 0); }},
      {"Audit of the kernel asked for", "T1562.012",
       "evt.type = socket and evt.arg.domain = AF_NETLINK and "
       "evt.rawarg.proto = 9",
       [] { return Tries(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); }},
      {"Firewall of the kernel asked for", "T1562.004",
       "evt.type = socket and evt.arg.domain = AF_NETLINK and "
       "evt.rawarg.proto = 12 and evt.arg.flags = O_CLOEXEC",
       [] {
         return Tries(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
       }},
      {"Socket of the machine's host made", "T1611",
       "evt.type = socket and evt.arg.domain = AF_VSOCK and evt.arg.type = 1",
       [] { return Tries(AF_VSOCK, SOCK_STREAM, 0); }},
      {"Rare protocol asked for", "T1068",
       "evt.type = socket and evt.arg.domain = AF_TIPC",
       [] { return Tries(AF_TIPC, SOCK_SEQPACKET, 0); }},
      {"Two ends of a channel made", "T1559",
       "evt.type = socketpair and evt.arg.domain = AF_UNIX and evt.arg.type = "
       "5 and evt.res = SUCCESS",
       [] {
         int ends[2];
         return syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0;
       }},
  };
}

AttackSteps OptionSteps() {
  return {
      {"Filter of packets attached", "T1205.002",
       "evt.type = setsockopt and evt.arg.level = SOL_SOCKET and "
       "evt.arg.optname = SO_ATTACH_FILTER and evt.res = SUCCESS",
       AttachesFilter},
      {"Packets for others listened to", "T1040",
       "evt.type = setsockopt and evt.arg.level = SOL_PACKET and "
       "evt.rawarg.optname = 1 and evt.rawarg.optlen = 16 and evt.res = "
       "SUCCESS",
       ListensToAll},
      {"Interfaces listed", "T1016",
       absl::StrCat("evt.type = ioctl and evt.rawarg.request = ", SIOCGIFCONF,
                    " and evt.res = SUCCESS"),
       ListsInterfaces},
  };
}

}  // namespace

AttackSteps NetworkSteps(const std::string& folder) {
  AttackSteps steps = {
      {"Home called", "T1071",
       "evt.type = connect and fd.sip = 127.0.0.1 and fd.sport = 4444 and "
       "fd.l4proto = tcp and evt.res = ECONNREFUSED",
       [] { return ConnectsInVain("127.0.0.1", 4444); }},
      {"Home called by IPv6", "T1071",
       "evt.type = connect and fd.sip = ::1 and fd.sport = 4445 and fd.type "
       "= ipv6 and evt.failed = true",
       ConnectsInVainByV6},
      {"Home called by io_uring", "T1071",
       "evt.type = connect and evt.is_io_uring = true and fd.sport = 4446 and "
       "evt.failed = true",
       ConnectsByIoUring},
      {"Metadata of the cloud asked for", "T1552.005",
       "evt.type = connect and evt.arg.addr = 169.254.169.254:80 and "
       "fd.sip = 169.254.169.254 and evt.res = ENETUNREACH",
       [] { return ConnectsInVain("169.254.169.254", 80); }},
      {"Container engine called", "T1610",
       "evt.type = connect and fd.name = /nonexistent/docker.sock and fd.type "
       "= unix and evt.res = ENOENT",
       LooksForEngine},
      {"Port of a backdoor bound", "T1571",
       "evt.type = bind and evt.arg.addr = 0.0.0.0:31337 and fd.sport = "
       "31337 and evt.res = SUCCESS",
       [] {
         return LeaveNetwork() &&
                Calls(SYS_bind, Tcp(), Address("0.0.0.0", 31337));
       }},
      {"Backdoor listens", "T1571",
       "evt.type = listen and fd.sport = 31339 and evt.rawarg.backlog = 7 and "
       "fd.is_server = true and evt.res = SUCCESS",
       [] {
         if (!LeaveNetwork()) return false;
         const int listener = Tcp();
         return Calls(SYS_bind, listener, Address("127.0.0.1", 31339)) &&
                syscall(SYS_listen, listener, 7) == 0;
       }},
      {"Backdoor lets somebody in", "T1571",
       "evt.type = accept4 and fd.lport = 31340 and fd.cip = 127.0.0.1 and "
       "fd.is_server = true and evt.arg.flags = SOCK_CLOEXEC and fd.num >= 0",
       Accepts},
      {"Input of a shell redirected", "T1059.004",
       "evt.type = dup2 and evt.rawarg.newfd = 0 and fd.type = ipv4 and "
       "fd.sport = 31341 and evt.rawres = 0",
       [] { return Redirects(SYS_dup2, 31341, STDIN_FILENO); }},
      {"Output of a shell redirected", "T1059.004",
       "evt.type = dup3 and evt.rawarg.newfd = 1 and fd.type = ipv4 and "
       "fd.sport = 31343 and evt.rawres = 1",
       [] { return Redirects(SYS_dup3, 31343, STDOUT_FILENO); }},
      {"Secrets sent as questions for names", "T1048.003",
       "evt.type = sendto and fd.sport = 53 and fd.l4proto = udp and "
       "evt.buffer = eyrie-exfiltration and evt.rawres = 18",
       AsksNames},
      {"Order taken", "T1071",
       "evt.type = recvfrom and fd.lport = 6667 and evt.buffer = eyrie-order "
       "and evt.rawarg.size = 64 and evt.rawres = 11",
       TakesCommand},
      {"Loot sent", "T1048",
       "evt.type = sendfile and fd.sport = 31342 and evt.rawarg.size = 10 and "
       "evt.rawres = 10",
       SendsFile},
  };
  for (const AttackSteps& more : {SocketSteps(), OptionSteps()}) {
    steps.insert(steps.end(), more.begin(), more.end());
  }
  return steps;
}

}  // namespace eyrie::testing
