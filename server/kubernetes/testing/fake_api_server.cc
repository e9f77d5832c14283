// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/testing/fake_api_server.h"

#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

namespace eyrie::server::testing {
namespace {

using Json = nlohmann::json;

constexpr absl::Duration kPatience = absl::Seconds(20);
// One for each watch and each connection that is kept.
constexpr size_t kThreads = 48;
// Empty lines show whether the watcher is still there.
constexpr absl::Duration kKeepAlive = absl::Milliseconds(500);

// `object` with that version.
Json Versioned(const std::string& object, uint64_t version) {
  Json json = Json::parse(object);
  json["metadata"]["resourceVersion"] = absl::StrCat(version);
  return json;
}

std::unique_ptr<httplib::Server> NewServer(
    const ::eyrie::testing::Certificate* certificate) {
  if (certificate == nullptr) return std::make_unique<httplib::Server>();
  const char* const root = std::getenv("TEST_TMPDIR");
  const std::string folder = root != nullptr ? root : "/tmp";
  ::eyrie::testing::WriteFileAtomically(folder + "/api.pem", certificate->cert);
  ::eyrie::testing::WriteFileAtomically(folder + "/api.key", certificate->key);
  return std::make_unique<httplib::SSLServer>((folder + "/api.pem").c_str(),
                                              (folder + "/api.key").c_str());
}

}  // namespace

FakeApiServer::FakeApiServer(const ::eyrie::testing::Certificate* certificate)
    : certificate_(certificate) {
  Start();
}

FakeApiServer::~FakeApiServer() { Stop(); }

void FakeApiServer::Start() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = false;
  }
  server_ = NewServer(certificate_);
  server_->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server_->Get(
      ".*", [this](const httplib::Request& request,
                   httplib::Response& response) { Answer(request, response); });
  if (port_ == 0) {
    port_ = server_->bind_to_any_port("127.0.0.1");
  } else if (!server_->bind_to_port("127.0.0.1", port_)) {
    std::fprintf(stderr, "port %d is taken\n", port_);
    std::abort();
  }
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) absl::SleepFor(absl::Milliseconds(1));
}

void FakeApiServer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

std::string FakeApiServer::url() const {
  return absl::StrCat(certificate_ != nullptr ? "https" : "http",
                      "://127.0.0.1:", port_);
}

void FakeApiServer::Put(const std::string& collection,
                        const std::string& object) {
  absl::MutexLock lock(&mutex_);
  const Json json = Versioned(object, ++version_);
  const std::string uid = json["metadata"]["uid"];
  const bool is_new = objects_[collection].count(uid) == 0;
  objects_[collection][uid] = json.dump();
  changes_.push_back(
      {version_, collection,
       absl::StrCat("{\"type\":\"", is_new ? "ADDED" : "MODIFIED",
                    "\",\"object\":", json.dump(), "}\n")});
}

void FakeApiServer::Delete(const std::string& collection,
                           const std::string& uid) {
  absl::MutexLock lock(&mutex_);
  const Json json = Versioned(objects_[collection][uid], ++version_);
  objects_[collection].erase(uid);
  changes_.push_back(
      {version_, collection,
       absl::StrCat("{\"type\":\"DELETED\",\"object\":", json.dump(), "}\n")});
}

void FakeApiServer::Compact() {
  absl::MutexLock lock(&mutex_);
  oldest_version_ = ++version_;
}

void FakeApiServer::Refuse(const std::string& path, int status,
                           const std::string& body, int times) {
  absl::MutexLock lock(&mutex_);
  refusals_.push_back({path, status, body, times});
}

void FakeApiServer::StopRefusing() {
  absl::MutexLock lock(&mutex_);
  refusals_.clear();
}

void FakeApiServer::SendRaw(const std::string& collection,
                            const std::string& bytes) {
  absl::MutexLock lock(&mutex_);
  changes_.push_back({version_, collection, bytes});
}

void FakeApiServer::SendBookmark(const std::string& collection) {
  absl::MutexLock lock(&mutex_);
  changes_.push_back(
      {version_, collection,
       absl::StrCat("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":"
                    "{\"resourceVersion\":\"",
                    version_, "\"}}}\n")});
}

void FakeApiServer::BreakWatches(bool is_midway) {
  absl::MutexLock lock(&mutex_);
  ++watch_generation_;
  is_break_midway_ = is_midway;
}

void FakeApiServer::RequireToken(const std::string& token) {
  absl::MutexLock lock(&mutex_);
  token_ = token;
}

std::vector<std::string> FakeApiServer::requests() const {
  absl::MutexLock lock(&mutex_);
  return requests_;
}

size_t FakeApiServer::watches() const {
  absl::MutexLock lock(&mutex_);
  return watches_;
}

bool FakeApiServer::Await(const std::function<bool()>& condition) const {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

void FakeApiServer::Answer(const httplib::Request& request,
                           httplib::Response& response) {
  absl::MutexLock lock(&mutex_);
  requests_.push_back(request.target);
  if (!token_.empty() &&
      request.get_header_value("Authorization") != "Bearer " + token_) {
    response.status = 401;
    response.set_content("{\"message\":\"Unauthorized\"}", "application/json");
    return;
  }
  if (AnswerRefusal(request, response)) return;
  if (request.has_param("watch")) {
    AnswerWatch(request, response);
  } else {
    AnswerList(request, response);
  }
}

bool FakeApiServer::AnswerRefusal(const httplib::Request& request,
                                  httplib::Response& response) {
  for (Refusal& refusal : refusals_) {
    if (refusal.times == 0 || !absl::StartsWith(request.target, refusal.path)) {
      continue;
    }
    --refusal.times;
    response.status = refusal.status;
    response.set_content(refusal.body, "application/json");
    return true;
  }
  return false;
}

void FakeApiServer::AnswerList(const httplib::Request& request,
                               httplib::Response& response) {
  size_t limit = SIZE_MAX;
  if (request.has_param("limit")) {
    int64_t number = 0;
    if (absl::SimpleAtoi(request.get_param_value("limit"), &number)) {
      limit = static_cast<size_t>(number);
    }
  }
  // A continue token is the last uid, with what must be escaped.
  std::string last = request.get_param_value("continue");
  if (!last.empty()) last.resize(last.size() - 2);
  const auto& collection = objects_[request.path];
  std::string items;
  std::string next;
  size_t count = 0;
  for (auto it = collection.upper_bound(last); it != collection.end(); ++it) {
    if (count++ == limit) {
      next = absl::StrCat(last, "=&");
      break;
    }
    absl::StrAppend(&items, items.empty() ? "" : ",", it->second);
    last = it->first;
  }
  response.set_content(
      absl::StrCat("{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"",
                   version_, "\",\"continue\":\"", next, "\"},\"items\":[",
                   items, "]}"),
      "application/json");
}

void FakeApiServer::AnswerWatch(const httplib::Request& request,
                                httplib::Response& response) {
  uint64_t version = 0;
  if (!absl::SimpleAtoi(request.get_param_value("resourceVersion"), &version) ||
      version < oldest_version_) {
    response.status = 410;
    response.set_content("{\"message\":\"too old resource version\"}",
                         "application/json");
    return;
  }
  size_t first = 0;
  while (first < changes_.size() && changes_[first].version <= version) {
    ++first;
  }
  ++watches_;
  response.set_chunked_content_provider(
      // Not compressed, unlike lists.
      "application/json;stream=watch",
      [this, collection = request.path, generation = watch_generation_,
       position = first,
       last_write = absl::Now()](size_t, httplib::DataSink& sink) mutable {
        std::string bytes;
        const bool is_open =
            NextBytes(collection, generation, &position, &bytes);
        if (bytes.empty() && absl::Now() - last_write > kKeepAlive) {
          bytes = "\n";
        }
        if (!bytes.empty()) {
          last_write = absl::Now();
          if (!sink.write(bytes.data(), bytes.size())) return false;
        }
        if (is_open) return true;
        absl::MutexLock lock(&mutex_);
        if (is_break_midway_) return false;
        sink.done();
        return true;
      },
      [this](bool) {
        absl::MutexLock lock(&mutex_);
        --watches_;
      });
}

bool FakeApiServer::NextBytes(const std::string& collection,
                              uint64_t generation, size_t* position,
                              std::string* bytes) {
  absl::MutexLock lock(&mutex_);
  const auto has_news = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_stopping_ || watch_generation_ != generation ||
           *position < changes_.size();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&has_news), absl::Milliseconds(50));
  if (is_stopping_) return false;
  if (watch_generation_ != generation) {
    if (is_break_midway_) *bytes = "{\"type\":\"ADDED\",\"obj";
    return false;
  }
  for (; *position < changes_.size(); ++*position) {
    const Change& change = changes_[*position];
    if (change.collection == collection) bytes->append(change.line);
  }
  return true;
}

std::string MakeObject(const ObjectText& text) {
  std::string metadata = absl::StrCat("\"uid\":\"", text.uid, "\",\"name\":\"",
                                      text.name, "\",\"labels\":", text.labels);
  if (!text.namespace_name.empty()) {
    absl::StrAppend(&metadata, ",\"namespace\":\"", text.namespace_name, "\"");
  }
  if (!text.owner_uid.empty()) {
    absl::StrAppend(&metadata, ",\"ownerReferences\":[{\"kind\":\"",
                    text.owner_kind, "\",\"uid\":\"", text.owner_uid,
                    "\",\"name\":\"o\",\"controller\":true}]");
  }
  return absl::StrCat("{\"metadata\":{", metadata, "}", text.more, "}");
}

}  // namespace eyrie::server::testing
