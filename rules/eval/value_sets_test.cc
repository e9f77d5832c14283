// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/value_sets.h"

#include <arpa/inet.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

IpAddress Address(const std::string& text) {
  IpAddress address;
  address.is_v6 = text.find(':') != std::string::npos;
  EXPECT_EQ(inet_pton(address.is_v6 ? AF_INET6 : AF_INET, text.c_str(),
                      address.bytes.data()),
            1)
      << text;
  return address;
}

TEST(StringSetTest, FindsWhatWasInserted) {
  StringSet set;
  EXPECT_FALSE(set.Contains(""));
  set.Insert("bash");
  set.Insert("");
  set.Insert(std::string(100, 'x'));
  EXPECT_TRUE(set.Contains("bash"));
  EXPECT_TRUE(set.Contains(""));
  EXPECT_TRUE(set.Contains(std::string(100, 'x')));
  EXPECT_FALSE(set.Contains("dash"));
  EXPECT_FALSE(set.Contains("sh"));
  EXPECT_FALSE(set.Contains(std::string(99, 'x')));
}

TEST(NumberSetTest, FindsWhatWasInserted) {
  const NumberSet set({443, 22, ~uint64_t{0}});
  EXPECT_TRUE(set.Contains(22));
  EXPECT_TRUE(set.Contains(~uint64_t{0}));
  EXPECT_FALSE(set.Contains(23));
  EXPECT_FALSE(NumberSet({}).Contains(0));
}

struct NetworkCase {
  const char* network;
  int bits;
  const char* address;
  bool contains;
};

TEST(NetworkSetTest, ComparesPrefixes) {
  const NetworkCase cases[] = {
      {"10.0.0.0", 8, "10.255.0.1", true},
      {"10.0.0.0", 8, "11.0.0.1", false},
      {"10.1.2.3", 8, "10.9.9.9", true},  // bits beyond the prefix are free
      {"10.0.0.0", 9, "10.128.0.1", false},
      {"0.0.0.0", 0, "1.2.3.4", true},
      {"0.0.0.0", 0, "::1", false},
      {"1.2.3.4", 32, "1.2.3.4", true},
      {"1.2.3.4", 32, "1.2.3.5", false},
      {"2001:db8::", 32, "2001:db8:1::5", true},
      {"2001:db8::", 32, "2001:db9::", false},
      {"2001:db8::", 65, "2001:db8::8000:0:0:1", false},
      {"2001:db8::", 64, "2001:db8::8000:0:0:1", true},
      {"::1", 128, "::1", true},
      {"::1", 128, "::2", false},
      {"::ffff:a00:1", 128, "10.0.0.1", false},
  };
  for (const NetworkCase& test : cases) {
    NetworkSet set;
    set.Insert(Address("192.0.2.0"), 24);
    set.Insert(Address(test.network), test.bits);
    EXPECT_EQ(set.Contains(Address(test.address)), test.contains)
        << test.address << " in " << test.network << "/" << test.bits;
  }
}

struct PathCase {
  std::vector<const char*> paths;
  const char* value;
  bool contains;
};

TEST(PathSetTest, MatchesComponentsFromTheStart) {
  const PathCase cases[] = {
      {{"/etc"}, "/etc", true},
      {{"/etc"}, "/etc/passwd", true},
      {{"/etc"}, "/etcd", false},
      {{"/etc"}, "/", false},
      {{"/etc"}, "", false},
      {{"/etc/"}, "//etc//passwd/", true},
      {{"etc"}, "/etc/passwd", true},
      {{"/etc/ssh", "/etc"}, "/etc/passwd", true},
      {{"/etc/ssh/keys", "/var"}, "/etc/ssh", false},
      {{""}, "", true},
      {{"/"}, "/anything", true},
      {{"/home/*/.ssh"}, "/home/alice/.ssh/id_rsa", true},
      {{"/home/*/.ssh"}, "/home/alice/x/.ssh", false},
      {{"/home/*/.ssh", "/home/bob"}, "/home/bob/x", true},
      {{"/home/*/.ssh", "/home/bob/x"}, "/home/bob/.ssh", true},
      {{"/etc/p*d"}, "/etc/passwd/", true},
      {{"/*/[ab]"}, "/x/b/c", true},
      {{"."}, "/etc", false},
  };
  for (const PathCase& test : cases) {
    PathSet set;
    for (const char* path : test.paths) set.Insert(path);
    EXPECT_EQ(set.Contains(test.value), test.contains)
        << test.value << " under " << test.paths[0];
  }
  EXPECT_FALSE(PathSet().Contains("/etc"));
}

}  // namespace
}  // namespace eyrie::rules
