// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::absl::StatusCode;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kPath[] = "/home/me/.kube/config";

std::string Config(const std::string& cluster, const std::string& user) {
  return absl::StrCat(
      "apiVersion: v1\n"
      "kind: Config\n"
      "current-context: main\n"
      "clusters: [{name: c, cluster: {",
      cluster,
      "}}]\n"
      "users: [{name: u, user: {",
      user,
      "}}]\n"
      "contexts:\n"
      "- {name: main, context: {cluster: c, user: u}}\n"
      "- {name: other, context: {cluster: missing, user: u}}\n"
      "- {name: nobody, context: {cluster: c}}\n");
}

TEST(KubeconfigTest, ReadsATokenAndAuthorities) {
  ASSERT_OK_AND_ASSIGN(
      const ClusterAccess access,
      ParseKubeconfig(kPath,
                      Config("server: \"https://api:6443/\", "
                             "certificate-authority: pki/ca.pem, "
                             "tls-server-name: kubernetes, "
                             "proxy-url: \"http://proxy:3128\"",
                             "token: secret"),
                      ""));
  EXPECT_EQ(access.server, "https://api:6443");
  EXPECT_EQ(access.ca.file, "/home/me/.kube/pki/ca.pem");
  EXPECT_EQ(access.tls_server_name, "kubernetes");
  EXPECT_EQ(access.proxy, "http://proxy:3128");
  EXPECT_EQ(access.token.bytes, "secret");
  EXPECT_FALSE(access.skip_tls_verify);
  EXPECT_EQ(access.origin, "context main of /home/me/.kube/config");
}

TEST(KubeconfigTest, DataWinsOverFiles) {
  ASSERT_OK_AND_ASSIGN(
      const ClusterAccess access,
      ParseKubeconfig(kPath,
                      Config("server: \"https://api\", "
                             "insecure-skip-tls-verify: true",
                             "client-certificate: /a.pem, "
                             "client-certificate-data: Y2VydA==, "
                             "client-key: /abs/key.pem, tokenFile: tok"),
                      "main"));
  EXPECT_TRUE(access.skip_tls_verify);
  EXPECT_EQ(access.client_cert.bytes, "cert");
  EXPECT_EQ(access.client_cert.file, "");
  EXPECT_EQ(access.client_key.file, "/abs/key.pem");
  EXPECT_EQ(access.token.file, "/home/me/.kube/tok");
}

TEST(KubeconfigTest, AContextNeedsNoUser) {
  ASSERT_OK_AND_ASSIGN(
      const ClusterAccess access,
      ParseKubeconfig(kPath, Config("server: \"http://api\"", "token: x"),
                      "nobody"));
  EXPECT_TRUE(access.token.empty());
}

TEST(KubeconfigTest, MistakesNameThePlaceAndTheWayOut) {
  struct Case {
    std::string yaml;
    std::string context;
    std::string message;
  };
  const std::string server = "server: \"https://api\"";
  const Case cases[] = {
      {"[]", "", "config:1: a kubeconfig is a mapping"},
      {"a: [", "", "config:"},
      {"kind: Config", "",
       "config:1: there is no current-context; name one with --kube-context"},
      {Config(server, "token: x"), "absent",
       "there is no context \"absent\" in \"contexts\"; it has main, other, "
       "nobody; choose with --kube-context"},
      {Config(server, "token: x"), "other",
       "config:8: there is no cluster \"missing\" in \"clusters\"; it has c"},
      {Config("server: api", "token: x"), "",
       "\"server\" is \"api\"; it takes https://HOST:PORT"},
      {Config(server + ", insecure-skip-tls-verify: maybe", "token: x"), "",
       "\"insecure-skip-tls-verify\" is true or false"},
      {Config(server + ", insecure-skip-tls-verify: true, "
                       "certificate-authority: x",
              "token: x"),
       "", "exclude each other"},
      {Config(server + ", certificate-authority-data: \"*\"", "token: x"), "",
       "\"certificate-authority-data\" is not base64"},
      {Config(server, "token: [a]"), "", "\"token\" takes one value"},
      {Config(server, "exec: {command: aws}"), "",
       "user \"u\" has \"exec\", which is not supported"},
      {Config(server, "auth-provider: {name: oidc}"), "",
       "\"auth-provider\", which is not supported"},
      {Config(server, "client-key: /x"), "",
       "only one of client certificate and key; give both"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(ParseKubeconfig(kPath, c.yaml, c.context).status(),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(c.message)))
        << c.yaml;
  }
}

TEST(KubeconfigTest, AMissingFileIsNamed) {
  EXPECT_THAT(LoadKubeconfig("/absent/config", "").status(),
              StatusIs(StatusCode::kNotFound, HasSubstr("/absent/config")));
}

TEST(InClusterTest, ReadsTheServiceAccount) {
  InClusterOptions options;
  options.host = "10.0.0.1";
  options.port = "443";
  options.folder = ::testing::TempDir();
  EXPECT_THAT(InClusterAccess(options).status(),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("/token")));
  ::eyrie::testing::WriteFileAtomically(options.folder + "/token", "first");
  ::eyrie::testing::WriteFileAtomically(options.folder + "/ca.crt", "pem");
  ASSERT_OK_AND_ASSIGN(const ClusterAccess access, InClusterAccess(options));
  EXPECT_EQ(access.server, "https://10.0.0.1:443");
  ::eyrie::testing::WriteFileAtomically(options.folder + "/token", "rotated");
  EXPECT_THAT(access.token.Read(),
              ::eyrie::testing::IsOkAndHolds(std::string("rotated")));
  options.host = "fd00::1";
  EXPECT_EQ(InClusterAccess(options)->server, "https://[fd00::1]:443");
}

TEST(InClusterTest, OutsideOfAPodTheWayOutIsNamed) {
  EXPECT_FALSE(IsInCluster({}));
  EXPECT_THAT(InClusterAccess({}).status(),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("name a file with --kubeconfig")));
}

}  // namespace
}  // namespace eyrie::server
