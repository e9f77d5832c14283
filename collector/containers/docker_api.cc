// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/docker_api.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

#include "collector/containers/docker_container.h"
#include "collector/containers/json_value.h"
#include "collector/containers/lru_map.h"
#include "collector/containers/unix_http.h"
#include "common/status_macros.h"
#include "rules/fields/container_id.h"

namespace eyrie::collector {
namespace {

// Answers of images/ID/json: a node runs some tens of images.
constexpr size_t kMaxImages = 128;
constexpr size_t kMaxImageBytes = 64 << 10;

// {"type":["container"]}, as a part of a URL.
constexpr char kEventFilter[] =
    "filters=%7B%22type%22%3A%5B%22container%22%5D%7D";

bool IsId(const std::string& id) {
  return id.size() == rules::kContainerIdLength &&
         absl::c_all_of(id, absl::ascii_isxdigit);
}

class DockerApi : public RuntimeApi {
 public:
  explicit DockerApi(const std::string& socket)
      : http_({.socket = socket, .timeout = kRuntimeCallTimeout}) {}

  bool MayKnow(const std::string& id) const override { return IsId(id); }

  absl::StatusOr<RuntimeVersion> Connect() override {
    EYRIE_ASSIGN_OR_RETURN(const std::string answer, http_.Get("/version"));
    EYRIE_ASSIGN_OR_RETURN(const nlohmann::json document,
                           ParseJsonText(answer));
    const JsonValue json(&document);
    RuntimeVersion version{"docker", json["Version"].Text()};
    std::string prefix;
    for (const JsonValue& part : json["Components"].Elements()) {
      if (!absl::StrContains(part["Name"].Text(), "Podman")) continue;
      version.name = "podman";
      prefix = absl::StrCat("/v", part.At({"Details", "APIVersion"}).Text(),
                            "/libpod");
    }
    absl::MutexLock lock(&mutex_);
    name_ = version.name;
    prefix_ = prefix;
    return version;
  }

  absl::Status Check() override { return http_.Get("/version").status(); }

  absl::StatusOr<std::vector<std::string>> List() override {
    EYRIE_ASSIGN_OR_RETURN(
        const std::string answer,
        http_.Get(absl::StrCat(prefix(), "/containers/json")));
    EYRIE_ASSIGN_OR_RETURN(const nlohmann::json document,
                           ParseJsonText(answer));
    std::vector<std::string> ids;
    for (const JsonValue& container : JsonValue(&document).Elements()) {
      std::string id = container["Id"].Text();
      if (IsId(id)) ids.push_back(std::move(id));
    }
    return ids;
  }

  absl::StatusOr<KnownContainer> Inspect(const std::string& id) override {
    EYRIE_ASSIGN_OR_RETURN(
        const std::string answer,
        http_.Get(absl::StrCat(prefix(), "/containers/", id, "/json")));
    EYRIE_ASSIGN_OR_RETURN(KnownContainer known,
                           ReadDockerContainer(answer, name()));
    if (known.container.id() != id) {
      return absl::NotFoundError(absl::StrCat("no container ", id));
    }
    AddImage(&known.container);
    return known;
  }

  absl::Status Watch(
      const std::function<void(RuntimeEvent)>& on_event) override {
    const std::string target =
        absl::StrCat(prefix(), "/events?", kEventFilter,
                     prefix().empty() ? "" : "&stream=true");
    return http_.Stream(target, [&](absl::string_view line) {
      RuntimeEvent event = ReadDockerEvent(line);
      if (IsId(event.id)) on_event(std::move(event));
    });
  }

  void Interrupt() override { http_.Interrupt(); }

 private:
  // Adds what only the image tells. Without it the container is still known.
  void AddImage(v1::Container* container) {
    const std::string& id = container->image_id();
    const bool is_complete = !container->image_digest().empty() &&
                             !container->image_repository().empty();
    if (is_complete || !IsId(id)) return;
    {
      absl::MutexLock lock(&mutex_);
      const std::string* const cached = images_.Find(id);
      if (cached != nullptr) return ReadDockerImage(*cached, container);
    }
    absl::StatusOr<std::string> answer =
        http_.Get(absl::StrCat("/images/sha256:", id, "/json"));
    if (!answer.ok()) return;
    ReadDockerImage(*answer, container);
    absl::MutexLock lock(&mutex_);
    if (answer->size() > kMaxImageBytes || images_.Find(id) != nullptr) return;
    images_.Insert(id, *std::move(answer));
  }

  std::string prefix() const {
    absl::MutexLock lock(&mutex_);
    return prefix_;
  }
  std::string name() const {
    absl::MutexLock lock(&mutex_);
    return name_;
  }

  UnixHttp http_;
  mutable absl::Mutex mutex_;
  std::string name_ ABSL_GUARDED_BY(mutex_);
  // Of the paths of Podman's own API; empty for Docker's.
  std::string prefix_ ABSL_GUARDED_BY(mutex_);
  LruMap<std::string, std::string> images_ ABSL_GUARDED_BY(mutex_){kMaxImages};
};

}  // namespace

std::unique_ptr<RuntimeApi> MakeDockerApi(const std::string& socket) {
  return std::make_unique<DockerApi>(socket);
}

}  // namespace eyrie::collector
