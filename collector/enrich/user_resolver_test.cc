// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/user_resolver.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

class UserResolverTest : public ::testing::Test {
 protected:
  UserResolverTest()
      : root_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    mkdir(root_.c_str(), 0700);
    mkdir((root_ + "/etc").c_str(), 0700);
    // Left by an earlier run of the test.
    remove((root_ + "/etc/passwd").c_str());
    remove((root_ + "/etc/group").c_str());
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ + "/etc/" + name, std::ios::binary) << text;
  }
  static std::string Name(const UserResolver& resolver, uint32_t uid) {
    const v1::User* user = resolver.FindUser(uid);
    return user == nullptr ? "-" : user->name();
  }

  const std::string root_;
};

TEST_F(UserResolverTest, ReadsNamesHomesAndShells) {
  Write("passwd",
        "root:x:0:0:root:/root:/bin/bash\n"
        "www-data:x:33:33::/var/www:/usr/sbin/nologin\n");
  Write("group", "root:x:0:\nadm:x:4:syslog,me\n");
  const UserResolver resolver(root_);
  ASSERT_NE(resolver.FindUser(33), nullptr);
  EXPECT_EQ(resolver.FindUser(33)->id(), 33);
  EXPECT_EQ(resolver.FindUser(33)->name(), "www-data");
  EXPECT_EQ(resolver.FindUser(33)->home(), "/var/www");
  EXPECT_EQ(resolver.FindUser(33)->shell(), "/usr/sbin/nologin");
  ASSERT_NE(resolver.FindGroup(4), nullptr);
  EXPECT_EQ(resolver.FindGroup(4)->name(), "adm");
  EXPECT_EQ(resolver.FindUser(4), nullptr);
  EXPECT_EQ(resolver.FindGroup(33), nullptr);
}

// A batch with a name that is no UTF-8 did not decode at the server.
TEST_F(UserResolverTest, NamesAreValidUtf8) {
  Write("passwd", "a\xff:x:7:7::/\xfe:/\xfd\n");
  Write("group", "b\xff:x:7:\n");
  const UserResolver resolver(root_);
  ASSERT_NE(resolver.FindUser(7), nullptr);
  EXPECT_EQ(resolver.FindUser(7)->name(), "a\xef\xbf\xbd");
  EXPECT_EQ(resolver.FindUser(7)->home(), "/\xef\xbf\xbd");
  EXPECT_EQ(resolver.FindUser(7)->shell(), "/\xef\xbf\xbd");
  ASSERT_NE(resolver.FindGroup(7), nullptr);
  EXPECT_EQ(resolver.FindGroup(7)->name(), "b\xef\xbf\xbd");
}

TEST_F(UserResolverTest, SkipsWhatIsNoEntry) {
  Write("passwd",
        "# comment\n"
        "\n"
        "+::::::\n"
        "-bad:x:1:1::/:/bin/sh\n"
        ":x:2:2::/:/bin/sh\n"
        "short:x:3:3\n"
        "letters:x:four:4::/:/bin/sh\n"
        "big:x:4294967296:4::/:/bin/sh\n"
        "first:x:5:5::/:/bin/sh\n"
        "second:x:5:5::/:/bin/sh\n"
        "last:x:6:6::/:/bin/sh");
  const UserResolver resolver(root_);
  for (const uint32_t uid : {0, 1, 2, 3, 4}) {
    EXPECT_EQ(Name(resolver, uid), "-") << uid;
  }
  EXPECT_EQ(Name(resolver, 5), "first");
  EXPECT_EQ(Name(resolver, 6), "last") << "without a newline";
}

TEST_F(UserResolverTest, ReadsAgainWhenTheFileChanges) {
  UserResolver resolver(root_);
  EXPECT_EQ(Name(resolver, 7), "-") << "no file";
  Write("passwd", "a:x:7:7::/:/bin/sh\n");
  EXPECT_EQ(Name(resolver, 7), "-") << "not refreshed";
  resolver.Refresh();
  EXPECT_EQ(Name(resolver, 7), "a");
  Write("passwd", "bb:x:7:7::/:/bin/sh\n");
  resolver.Refresh();
  EXPECT_EQ(Name(resolver, 7), "bb");
  remove((root_ + "/etc/passwd").c_str());
  resolver.Refresh();
  EXPECT_EQ(Name(resolver, 7), "-");
}

TEST_F(UserResolverTest, LeavesOutWhatExceedsItsLimits) {
  std::string text;
  for (size_t i = 0; i < UserResolver::kMaxEntries + 2; ++i) {
    absl::StrAppend(&text, "u", i, ":x:", i, ":0::/:/bin/sh\n");
  }
  Write("passwd", text);
  const std::string at_limit(UserResolver::kMaxTextBytes, 'g');
  Write("group", absl::StrCat(at_limit, ":x:1:\n", at_limit, "g:x:2:\n"));
  const UserResolver resolver(root_);
  EXPECT_EQ(Name(resolver, UserResolver::kMaxEntries - 1), "u65535");
  EXPECT_EQ(Name(resolver, UserResolver::kMaxEntries), "-");
  EXPECT_NE(resolver.FindGroup(1), nullptr);
  EXPECT_EQ(resolver.FindGroup(2), nullptr);
  EXPECT_EQ(resolver.left_out(), 3);
}

}  // namespace
}  // namespace eyrie::collector
