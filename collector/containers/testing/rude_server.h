// SPDX-License-Identifier: Apache-2.0
//
// A peer on a unix socket that misbehaves.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_RUDE_SERVER_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_RUDE_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace eyrie::testing {

// Accepts one connection after the other. Reads the head of a request, sends
// what it is told to, byte for byte, and hangs up; or keeps the connection open
// and silent.
//
// Thread safety: all methods may be called from any thread.
class RudeServer {
 public:
  struct Answer {
    std::string bytes;
    bool hangs_up = true;
  };

  // `answer` gets the first line of each request, on the server's thread.
  explicit RudeServer(std::function<Answer(const std::string& line)> answer);
  ~RudeServer();

  const std::string& path() const { return path_; }
  int connections() const { return connections_; }

  // A whole answer.
  static Answer Ok(const std::string& body);

 private:
  void Serve();
  void Talk(int fd);

  const std::function<Answer(const std::string&)> answer_;
  std::string folder_;
  std::string path_;
  int listener_ = -1;
  std::atomic<bool> is_stopping_{false};
  std::atomic<int> connections_{0};
  std::vector<int> open_;  // of the thread
  std::thread thread_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_RUDE_SERVER_H_
