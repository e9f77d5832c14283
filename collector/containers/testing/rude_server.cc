// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/testing/rude_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eyrie::testing {
namespace {

bool IsReadable(int fd) {
  pollfd poll_fd{fd, POLLIN, 0};
  return poll(&poll_fd, 1, /*timeout=*/20) > 0;
}

}  // namespace

RudeServer::RudeServer(std::function<Answer(const std::string&)> answer)
    : answer_(std::move(answer)) {
  char folder[] = "/tmp/eyrie_rude_XXXXXX";
  folder_ = mkdtemp(folder);
  path_ = folder_ + "/s";
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
          0 ||
      listen(listener_, /*backlog=*/64) != 0) {
    std::abort();
  }
  thread_ = std::thread([this] { Serve(); });
}

RudeServer::~RudeServer() {
  is_stopping_ = true;
  thread_.join();
  for (const int fd : open_) close(fd);
  close(listener_);
  unlink(path_.c_str());
  rmdir(folder_.c_str());
}

RudeServer::Answer RudeServer::Ok(const std::string& body) {
  return {absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                       "\r\n\r\n", body)};
}

void RudeServer::Serve() {
  while (!is_stopping_) {
    if (!IsReadable(listener_)) continue;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    Talk(fd);
  }
}

void RudeServer::Talk(int fd) {
  std::string request;
  while (request.find('\n') == std::string::npos && !is_stopping_) {
    char bytes[4096];
    if (!IsReadable(fd)) continue;
    const ssize_t length = read(fd, bytes, sizeof(bytes));
    if (length <= 0) break;
    request.append(bytes, static_cast<size_t>(length));
  }
  const Answer answer = answer_(request.substr(0, request.find('\r')));
  size_t sent = 0;
  while (sent < answer.bytes.size()) {
    const ssize_t length = send(fd, answer.bytes.data() + sent,
                                answer.bytes.size() - sent, MSG_NOSIGNAL);
    if (length <= 0) break;
    sent += static_cast<size_t>(length);
  }
  if (answer.hangs_up) {
    close(fd);
  } else {
    open_.push_back(fd);
  }
}

}  // namespace eyrie::testing
