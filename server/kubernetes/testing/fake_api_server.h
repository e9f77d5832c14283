// SPDX-License-Identifier: Apache-2.0
//
// A Kubernetes API server for what a real one does not do on demand.

#ifndef EYRIE_SERVER_KUBERNETES_TESTING_FAKE_API_SERVER_H_
#define EYRIE_SERVER_KUBERNETES_TESTING_FAKE_API_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/testing/certificates.h"

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace eyrie::server::testing {

// Real HTTP on a loopback port. Collections are named by their path, such as
// "/api/v1/pods"; every collection exists. Objects are JSON texts; the server
// numbers versions and fills in `metadata.resourceVersion`.
//
// Thread safety: all methods may be called from any thread.
class FakeApiServer {
 public:
  // Plain, or TLS with a certificate.
  FakeApiServer() : FakeApiServer(nullptr) {}
  explicit FakeApiServer(const ::eyrie::testing::Certificate* certificate);
  ~FakeApiServer();
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;

  // "http://127.0.0.1:PORT"; the same after Stop() and Start().
  std::string url() const;
  void Stop();
  void Start();

  // Adds or replaces the object of that uid, and tells watchers.
  void Put(const std::string& collection, const std::string& object);
  void Delete(const std::string& collection, const std::string& uid);

  // The script ----------------------------------------------------------------

  // Forgets the history: who watches from before now gets 410.
  void Compact();
  // Answers the next `times` requests whose path starts with `path` so.
  void Refuse(const std::string& path, int status, const std::string& body,
              int times = INT32_MAX);
  void StopRefusing();
  // Sends all watchers of a collection these bytes, as they are.
  void SendRaw(const std::string& collection, const std::string& bytes);
  void SendBookmark(const std::string& collection);
  // Ends all watches; `is_midway` in the middle of an event.
  void BreakWatches(bool is_midway);
  // Requests without this header value "Bearer …" get 401; empty: all may.
  void RequireToken(const std::string& token);

  // What came, as path with query.
  std::vector<std::string> requests() const;
  size_t watches() const;
  // Waits until `condition`, which may call the methods above, is true; false
  // after 20 seconds. It is asked again whenever something came.
  bool Await(const std::function<bool()>& condition) const;

 private:
  struct Change {
    uint64_t version;
    std::string collection;
    std::string line;
  };
  struct Refusal {
    std::string path;
    int status;
    std::string body;
    int times;
  };

  void Answer(const httplib::Request& request, httplib::Response& response);
  bool AnswerRefusal(const httplib::Request& request,
                     httplib::Response& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnswerList(const httplib::Request& request, httplib::Response& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnswerWatch(const httplib::Request& request, httplib::Response& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The bytes that follow `position` for watchers of `collection`; waits for
  // some. False if the watch ends.
  bool NextBytes(const std::string& collection, uint64_t generation,
                 size_t* position, std::string* bytes);

  std::unique_ptr<httplib::Server> server_;
  const ::eyrie::testing::Certificate* const certificate_;
  int port_ = 0;
  std::thread thread_;
  mutable absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 100;
  uint64_t oldest_version_ ABSL_GUARDED_BY(mutex_) = 100;
  // By collection, then uid.
  std::map<std::string, std::map<std::string, std::string>> objects_
      ABSL_GUARDED_BY(mutex_);
  std::vector<Change> changes_ ABSL_GUARDED_BY(mutex_);
  std::vector<Refusal> refusals_ ABSL_GUARDED_BY(mutex_);
  // Counts BreakWatches(): a watch of an older one ends.
  uint64_t watch_generation_ ABSL_GUARDED_BY(mutex_) = 0;
  bool is_break_midway_ ABSL_GUARDED_BY(mutex_) = false;
  size_t watches_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mutex_);
};

// A pod, ReplicaSet and so on as JSON, with the fields that most tests want;
// empty ones are left out. `labels` is a JSON object; `more` are further
// members of the object, with a comma in front.
struct ObjectText {
  std::string uid;
  std::string name;
  std::string namespace_name = {};
  std::string labels = "{}";
  std::string owner_kind = {};
  std::string owner_uid = {};
  std::string more = {};
};
std::string MakeObject(const ObjectText& text);

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_KUBERNETES_TESTING_FAKE_API_SERVER_H_
