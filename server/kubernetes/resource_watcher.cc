// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/resource_watcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"

namespace eyrie::server {
namespace {

constexpr int kHttpGone = 410;

std::string Escape(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

// Whether an error is of the API as a whole, not of one kind of objects.
bool IsOfWholeApi(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
      return true;
    default:
      return false;
  }
}

// Whether trying again soon cannot help.
bool IsLasting(const absl::Status& status) {
  return absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status) ||
         absl::IsNotFound(status);
}

std::string WayOut(const absl::Status& status, const ResourceInfo& info) {
  if (absl::IsPermissionDenied(status)) {
    return absl::StrCat(
        "allow the server's account to list and watch ", info.plural,
        info.group.empty() ? "" : absl::StrCat(" of group ", info.group),
        " in the whole cluster (deploy/kubernetes/rbac.yaml)");
  }
  if (absl::IsUnauthenticated(status)) {
    return "the API server does not know our token or certificate: renew it";
  }
  if (absl::IsNotFound(status)) return "the cluster does not have this kind";
  return "it is tried again; what is known stays in use";
}

}  // namespace

ResourceWatcher::ResourceWatcher(ResourceKind kind,
                                 std::unique_ptr<KubernetesApi> api,
                                 PodDirectory* directory,
                                 const WatcherOptions& options)
    : kind_(kind),
      api_(std::move(api)),
      directory_(directory),
      options_(options),
      page_size_(options.page_size),
      backoff_(options.min_backoff),
      thread_([this] { Run(); }) {}

ResourceWatcher::~ResourceWatcher() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  api_->Cancel();
  thread_.join();
}

void ResourceWatcher::Run() {
  while (!IsStopping()) {
    const absl::Time start = absl::Now();
    const uint64_t events = stats_.events + stats_.bookmarks;
    const absl::Status status = Step();
    if (IsStopping()) return;
    OnEnd(status);
    const bool has_progress = stats_.events + stats_.bookmarks != events ||
                              absl::Now() - start > options_.patience;
    if (has_progress) backoff_ = options_.min_backoff;
    if (!status.ok() || !has_progress) BackOff();
  }
}

absl::Status ResourceWatcher::Step() {
  if (resource_version_.empty()) EYRIE_RETURN_IF_ERROR(List());
  return Watch();
}

std::string ResourceWatcher::Path(absl::string_view query) const {
  const ResourceInfo& info = InfoOf(kind_);
  const absl::string_view version =
      is_older_version_ ? info.older_version : info.version;
  return info.group.empty()
             ? absl::StrCat("/api/", version, "/", info.plural, "?", query)
             : absl::StrCat("/apis/", info.group, "/", version, "/",
                            info.plural, "?", query);
}

absl::Status ResourceWatcher::List() {
  directory_->BeginList(kind_);
  std::string next;
  while (true) {
    absl::StatusOr<ListPage> page = ReadPage(Path(absl::StrCat(
        "limit=", page_size_, next.empty() ? "" : "&continue=", Escape(next))));
    if (absl::IsResourceExhausted(page.status()) && page_size_ > 1) {
      page_size_ = std::max(1, page_size_ / 4);
      continue;
    }
    EYRIE_RETURN_IF_ERROR(page.status());
    for (KubernetesObject& object : page->objects) {
      directory_->Put(std::move(object));
    }
    next = std::move(page->continue_token);
    if (!next.empty()) continue;
    resource_version_ = std::move(page->resource_version);
    directory_->EndList(kind_);
    directory_->SetState(kind_, KindState::kCurrent);
    ++stats_.lists;
    return absl::OkStatus();
  }
}

absl::StatusOr<ListPage> ResourceWatcher::ReadPage(const std::string& path) {
  std::string body;
  EYRIE_RETURN_IF_ERROR(
      api_->Get({path, options_.list_timeout, options_.idle_timeout},
                [&](absl::string_view bytes) -> absl::Status {
                  OnContact();
                  if (body.size() + bytes.size() > options_.max_page_bytes) {
                    return absl::ResourceExhaustedError(absl::StrCat(
                        "a list of ", InfoOf(kind_).plural, " has more than ",
                        options_.max_page_bytes, " bytes"));
                  }
                  body.append(bytes.data(), bytes.size());
                  return absl::OkStatus();
                }));
  return ParseListPage(kind_, body);
}

absl::Status ResourceWatcher::Watch() {
  const absl::Duration timeout =
      options_.watch_timeout * absl::Uniform(random_, 1.0, 2.0);
  const std::string path = Path(absl::StrCat(
      "watch=1&allowWatchBookmarks=true&resourceVersion=",
      Escape(resource_version_),
      "&timeoutSeconds=", std::max<int64_t>(1, absl::ToInt64Seconds(timeout))));
  std::string line;
  return api_->Get(
      {path, absl::InfiniteDuration(), options_.idle_timeout},
      [&](absl::string_view bytes) -> absl::Status {
        OnContact();
        if (bytes.empty()) ++stats_.watches;
        while (!bytes.empty()) {
          const size_t end = bytes.find('\n');
          const absl::string_view piece = bytes.substr(0, end);
          if (line.size() + piece.size() > options_.max_line_bytes) {
            resource_version_.clear();
            return absl::ResourceExhaustedError(absl::StrCat(
                "a watch event of ", InfoOf(kind_).plural, " has more than ",
                options_.max_line_bytes, " bytes"));
          }
          line.append(piece.data(), piece.size());
          if (end == absl::string_view::npos) break;
          bytes.remove_prefix(end + 1);
          EYRIE_RETURN_IF_ERROR(TakeLine(line));
          line.clear();
        }
        return absl::OkStatus();
      });
}

absl::Status ResourceWatcher::TakeLine(absl::string_view line) {
  if (line.empty()) return absl::OkStatus();
  absl::StatusOr<WatchEvent> event = ParseWatchLine(kind_, line);
  if (!event.ok()) {
    // Whatever it said is in the next list.
    resource_version_.clear();
    return event.status();
  }
  switch (event->type) {
    case WatchEvent::Type::kError:
      return absl::Status(event->error_code == kHttpGone
                              ? absl::StatusCode::kOutOfRange
                              : absl::StatusCode::kUnavailable,
                          event->error_message);
    case WatchEvent::Type::kBookmark:
      ++stats_.bookmarks;
      break;
    case WatchEvent::Type::kDeleted:
      ++stats_.events;
      directory_->Remove(event->object.uid);
      break;
    case WatchEvent::Type::kAdded:
    case WatchEvent::Type::kModified:
      ++stats_.events;
      directory_->Put(std::move(event->object));
      break;
  }
  resource_version_ = std::move(event->resource_version);
  return absl::OkStatus();
}

void ResourceWatcher::OnContact() {
  const absl::Time now = absl::Now();
  stats_.last_contact_ns = absl::ToUnixNanos(now);
  if (is_failing_) {
    is_failing_ = false;
    directory_->SetState(
        kind_, stats_.lists > 0 ? KindState::kCurrent : KindState::kStarting);
    options_.on_recovery();
    if (std::exchange(is_failure_logged_, false)) {
      const absl::Duration gap = now - failing_since_;
      LogInfo("Kubernetes objects are watched again",
              {{"resource", InfoOf(kind_).plural},
               {"after",
                absl::FormatDuration(absl::Trunc(gap, absl::Seconds(1)))}});
    }
  }
  failing_since_ = absl::InfiniteFuture();
}

void ResourceWatcher::OnEnd(const absl::Status& status) {
  if (status.ok()) return;
  ++stats_.errors[static_cast<size_t>(status.code())];
  if (absl::IsOutOfRange(status)) {
    ++stats_.expired;
    resource_version_.clear();
    return;
  }
  if (absl::IsNotFound(status) && !InfoOf(kind_).older_version.empty() &&
      !is_older_version_) {
    is_older_version_ = true;
    resource_version_.clear();
    return;
  }
  const absl::Time now = absl::Now();
  if (failing_since_ == absl::InfiniteFuture()) failing_since_ = now;
  if (IsLasting(status) || now - failing_since_ >= options_.patience) {
    is_failing_ = true;
    directory_->SetState(kind_, KindState::kFailing);
    Log(status);
  }
}

void ResourceWatcher::Log(const absl::Status& status) {
  if (IsOfWholeApi(status) && kind_ != ResourceKind::kPod) return;
  is_failure_logged_ = true;
  const ResourceInfo& info = InfoOf(kind_);
  log_.Warning("Kubernetes objects cannot be watched",
               {{"resource", info.plural},
                {"error", status.message()},
                {"help", WayOut(status, info)}});
}

void ResourceWatcher::BackOff() {
  const absl::Duration wait = backoff_ * absl::Uniform(random_, 0.5, 1.0);
  backoff_ = std::min(backoff_ * 2, options_.max_backoff);
  absl::MutexLock lock(&mutex_);
  const auto is_over = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_stopping_ || is_retry_wanted_;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&is_over), wait);
  is_retry_wanted_ = false;
}

void ResourceWatcher::Retry() {
  absl::MutexLock lock(&mutex_);
  is_retry_wanted_ = true;
}

bool ResourceWatcher::IsStopping() {
  absl::MutexLock lock(&mutex_);
  return is_stopping_;
}

}  // namespace eyrie::server
