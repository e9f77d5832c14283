// SPDX-License-Identifier: Apache-2.0
//
// The server put together: the one place where its parts are made.

#ifndef EYRIE_SERVER_SERVER_H_
#define EYRIE_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "server/config.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class Server {
 public:
  // Opens the database, loads the rules, listens. Every error says what to do.
  static absl::StatusOr<std::unique_ptr<Server>> Create(
      const ServerConfig& config);
  // Stops, as Shutdown().
  ~Server();

  // Where it listens, with the ports that were chosen.
  const std::string& grpc_address() const;
  const std::string& http_address() const;

  // Reads the rule files again. On a mistake the rules in force stay and the
  // log says why.
  void ReloadRules();

  // Stops listening, judges and stores what was received, closes the database.
  // Does nothing the second time.
  void Shutdown();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_SERVER_H_
