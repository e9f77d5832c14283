// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/version_check.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/diagnostics.h"

namespace eyrie::rules {
namespace {

TEST(CheckEngineVersionTest, ComparesWithItsOwn) {
  struct Case {
    const char* version;
    const char* expected;
  };
  const std::string needs = "error: this file needs engine version ";
  for (const Case& c :
       {Case{"2", ""}, Case{"63", ""}, Case{"0.57.0", ""}, Case{"0.63.0", ""},
        Case{"0.63.0-rc1", ""},
        Case{"64",
             "error: this file needs engine version 64; this is compatible "
             "with 0.63.0 [engine-version]\n"},
        Case{"0.63.1",
             "error: this file needs engine version 0.63.1; this is compatible "
             "with 0.63.0 [engine-version]\n"},
        Case{"1.0.0",
             "error: this file needs engine version 1.0.0; this is compatible "
             "with 0.63.0 [engine-version]\n"},
        Case{"0.57",
             "error: '0.57' is no engine version [bad-version]\n"
             "  hint: write a number, or three with dots: 0.57.0\n"},
        Case{"latest",
             "error: 'latest' is no engine version [bad-version]\n"
             "  hint: write a number, or three with dots: 0.57.0\n"},
        Case{"99999999999",
             "error: '99999999999' is no engine version [bad-version]\n"
             "  hint: write a number, or three with dots: 0.57.0\n"}}) {
    Diagnostics diagnostics;
    EXPECT_EQ(CheckEngineVersion({LocatedText(c.version)}, diagnostics),
              *c.expected == '\0')
        << c.version;
    EXPECT_EQ(diagnostics.ToString(), c.expected);
  }
}

TEST(CheckPluginTest, KnowsWhatIsBuiltIn) {
  struct Case {
    std::vector<std::pair<const char*, const char*>> alternatives;
    const char* expected;
  };
  const Case cases[] = {
      {{{"container", "0.4.0"}}, ""},
      {{{"k8saudit", "0.18.0"}}, ""},
      {{{"k8saudit-eks", "0.1.0"}, {"k8saudit", "0.1.0"}}, ""},
      {{{"okta", "1.0.0"}},
       "warning: there is no plugin 'okta' here; rules that use its fields "
       "will not load [unknown-plugin]\n"
       "  hint: built in: container, json, k8saudit\n"},
      {{{"json", "new"}},
       "error: 'new' is no version of plugin 'json' [bad-version]\n"
       "  hint: write three numbers with dots: 0.4.0\n"},
      {{{"json", "0.1.0"}, {"json", "0.2.0"}},
       "error: plugin 'json' stands twice among alternatives "
       "[duplicate-plugin]\n"},
  };
  for (const Case& c : cases) {
    RequiredPlugin plugin;
    for (const auto& [name, version] : c.alternatives) {
      plugin.alternatives.push_back({LocatedText(name), LocatedText(version)});
    }
    Diagnostics diagnostics;
    KnownSources known;
    known.plugins = {"container", "json", "k8saudit"};
    CheckPlugin(plugin, known, diagnostics);
    EXPECT_EQ(diagnostics.ToString(), c.expected);
  }
}

}  // namespace
}  // namespace eyrie::rules
