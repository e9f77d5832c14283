// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/kubeconfig.h"

#include <cstddef>
#include <filesystem>
#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include <yaml-cpp/yaml.h>

#include "common/file.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Some dozen clusters with their certificates are some hundred KiB.
constexpr size_t kMaxKubeconfigBytes = 4 << 20;

// Reads one file. Every method may throw YAML::Exception.
class KubeconfigReader {
 public:
  explicit KubeconfigReader(absl::string_view path) : path_(path) {}

  absl::StatusOr<ClusterAccess> Read(const YAML::Node& root,
                                     absl::string_view context) {
    if (!root.IsMap()) return Error(root, "a kubeconfig is a mapping");
    std::string name(context);
    if (name.empty()) {
      EYRIE_ASSIGN_OR_RETURN(name, Text(root, "current-context"));
    }
    if (name.empty()) {
      return Error(root,
                   "there is no current-context; name one with --kube-context");
    }
    EYRIE_ASSIGN_OR_RETURN(const YAML::Node chosen,
                           Find(root, "contexts", "context", name, root));
    ClusterAccess access;
    access.origin = absl::StrCat("context ", name, " of ", path_);
    EYRIE_ASSIGN_OR_RETURN(const std::string cluster_name,
                           Text(chosen, "cluster"));
    EYRIE_ASSIGN_OR_RETURN(
        const YAML::Node cluster,
        Find(root, "clusters", "cluster", cluster_name, chosen));
    EYRIE_RETURN_IF_ERROR(ReadCluster(cluster, access));
    EYRIE_ASSIGN_OR_RETURN(const std::string user_name, Text(chosen, "user"));
    if (user_name.empty()) return access;
    EYRIE_ASSIGN_OR_RETURN(const YAML::Node user,
                           Find(root, "users", "user", user_name, chosen));
    EYRIE_RETURN_IF_ERROR(ReadUser(user, user_name, access));
    return access;
  }

 private:
  absl::Status Error(const YAML::Node& at, absl::string_view message) const {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ":", at.Mark().line + 1, ": ", message));
  }

  // The value of a key; empty if it is not there.
  absl::StatusOr<std::string> Text(const YAML::Node& map,
                                   const char* key) const {
    const YAML::Node value = map[key];
    if (!value || value.IsNull()) return "";
    if (!value.IsScalar()) {
      return Error(value, absl::StrCat("\"", key, "\" takes one value"));
    }
    return value.Scalar();
  }

  // The part `key` of the entry called `name` of the list `list`; `from` is
  // what refers to it.
  absl::StatusOr<YAML::Node> Find(const YAML::Node& root, const char* list,
                                  const char* key, const std::string& name,
                                  const YAML::Node& from) const {
    std::vector<std::string> names;
    const YAML::Node entries = root[list];
    if (entries && entries.IsSequence()) {
      for (const YAML::Node& entry : entries) {
        if (!entry.IsMap()) continue;
        EYRIE_ASSIGN_OR_RETURN(std::string entry_name, Text(entry, "name"));
        if (entry_name == name && entry[key] && entry[key].IsMap()) {
          return entry[key];
        }
        names.push_back(std::move(entry_name));
      }
    }
    return Error(
        from, absl::StrCat("there is no ", key, " \"", name, "\" in \"", list,
                           "\"; it has ",
                           names.empty() ? "none" : absl::StrJoin(names, ", "),
                           absl::string_view(key) == "context"
                               ? "; choose with --kube-context"
                               : ""));
  }

  absl::Status ReadCluster(const YAML::Node& cluster,
                           ClusterAccess& access) const {
    EYRIE_ASSIGN_OR_RETURN(access.server, Text(cluster, "server"));
    while (absl::EndsWith(access.server, "/")) access.server.pop_back();
    if (!absl::StartsWith(access.server, "https://") &&
        !absl::StartsWith(access.server, "http://")) {
      return Error(cluster, absl::StrCat("\"server\" is \"", access.server,
                                         "\"; it takes https://HOST:PORT"));
    }
    EYRIE_ASSIGN_OR_RETURN(access.ca,
                           ReadCredential(cluster, "certificate-authority",
                                          "certificate-authority-data"));
    EYRIE_ASSIGN_OR_RETURN(access.tls_server_name,
                           Text(cluster, "tls-server-name"));
    EYRIE_ASSIGN_OR_RETURN(access.proxy, Text(cluster, "proxy-url"));
    EYRIE_ASSIGN_OR_RETURN(const std::string skip,
                           Text(cluster, "insecure-skip-tls-verify"));
    if (!skip.empty() &&
        !YAML::convert<bool>::decode(cluster["insecure-skip-tls-verify"],
                                     access.skip_tls_verify)) {
      return Error(cluster["insecure-skip-tls-verify"],
                   "\"insecure-skip-tls-verify\" is true or false");
    }
    if (access.skip_tls_verify && !access.ca.empty()) {
      return Error(cluster,
                   "\"certificate-authority\" and \"insecure-skip-tls-verify\" "
                   "exclude each other; remove one");
    }
    return absl::OkStatus();
  }

  absl::Status ReadUser(const YAML::Node& user, const std::string& name,
                        ClusterAccess& access) const {
    for (const char* key : {"exec", "auth-provider", "username", "as"}) {
      if (!user[key]) continue;
      return Error(
          user[key],
          absl::StrCat("user \"", name, "\" has \"", key,
                       "\", which is not supported: no program is run and "
                       "nobody impersonated to sign in; give the user a "
                       "service account's token or a client certificate"));
    }
    EYRIE_ASSIGN_OR_RETURN(access.token.bytes, Text(user, "token"));
    if (access.token.bytes.empty()) {
      EYRIE_ASSIGN_OR_RETURN(access.token.file, Path(user, "tokenFile"));
    }
    EYRIE_ASSIGN_OR_RETURN(
        access.client_cert,
        ReadCredential(user, "client-certificate", "client-certificate-data"));
    EYRIE_ASSIGN_OR_RETURN(
        access.client_key,
        ReadCredential(user, "client-key", "client-key-data"));
    if (access.client_cert.empty() != access.client_key.empty()) {
      return Error(user, absl::StrCat("user \"", name,
                                      "\" has only one of client certificate "
                                      "and key; give both"));
    }
    return absl::OkStatus();
  }

  // As kubectl: data wins over a file.
  absl::StatusOr<Credential> ReadCredential(const YAML::Node& map,
                                            const char* file_key,
                                            const char* data_key) const {
    Credential credential;
    EYRIE_ASSIGN_OR_RETURN(const std::string data, Text(map, data_key));
    if (data.empty()) {
      EYRIE_ASSIGN_OR_RETURN(credential.file, Path(map, file_key));
    } else if (!absl::Base64Unescape(data, &credential.bytes)) {
      return Error(map[data_key],
                   absl::StrCat("\"", data_key, "\" is not base64"));
    }
    return credential;
  }

  absl::StatusOr<std::string> Path(const YAML::Node& map,
                                   const char* key) const {
    EYRIE_ASSIGN_OR_RETURN(const std::string path, Text(map, key));
    if (path.empty()) return path;
    return (std::filesystem::path(std::string(path_)).parent_path() / path)
        .string();
  }

  const absl::string_view path_;
};

}  // namespace

absl::StatusOr<ClusterAccess> ParseKubeconfig(absl::string_view path,
                                              absl::string_view yaml,
                                              absl::string_view context) {
  try {
    return KubeconfigReader(path).Read(YAML::Load(std::string(yaml)), context);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", error.mark.line + 1, ": ", error.msg));
  }
}

absl::StatusOr<ClusterAccess> LoadKubeconfig(const std::string& path,
                                             absl::string_view context) {
  EYRIE_ASSIGN_OR_RETURN(const std::string yaml,
                         ReadFile(path, kMaxKubeconfigBytes));
  return ParseKubeconfig(path, yaml, context);
}

}  // namespace eyrie::server
