// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/version_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace eyrie::rules {
namespace {

using Version = std::array<uint32_t, 3>;

bool IsNumber(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "1.2.3", perhaps with a suffix as in "1.2.3-rc1".
std::optional<Version> ParseVersion(absl::string_view text) {
  const size_t suffix = text.find_first_of("-+");
  if (suffix != absl::string_view::npos) text = text.substr(0, suffix);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  Version version{};
  if (parts.size() != version.size()) return std::nullopt;
  for (size_t i = 0; i < version.size(); ++i) {
    if (!IsNumber(parts[i]) || !absl::SimpleAtoi(parts[i], &version[i])) {
      return std::nullopt;
    }
  }
  return version;
}

// A plain number N means 0.N.0.
std::optional<Version> ParseEngineVersion(absl::string_view text) {
  uint32_t minor = 0;
  if (IsNumber(text)) {
    if (!absl::SimpleAtoi(text, &minor)) return std::nullopt;
    return Version{0, minor, 0};
  }
  return ParseVersion(text);
}

}  // namespace

bool CheckEngineVersion(const RequiredEngineVersion& required,
                        Diagnostics& diagnostics) {
  const std::string& text = required.version.text();
  const std::optional<Version> version = ParseEngineVersion(text);
  if (!version) {
    diagnostics.Error("bad-version", required.version.Whole(),
                      absl::StrCat("'", text, "' is no engine version"),
                      "write a number, or three with dots: 0.57.0");
    return false;
  }
  const Version own = *ParseVersion(kEngineVersion);
  if ((*version)[0] == own[0] && *version <= own) return true;
  diagnostics.Error("engine-version", required.version.Whole(),
                    absl::StrCat("this file needs engine version ", text,
                                 "; this is compatible with ", kEngineVersion));
  return false;
}

void CheckPlugin(const RequiredPlugin& required, const KnownSources& known,
                 Diagnostics& diagnostics) {
  absl::flat_hash_set<std::string> names;
  bool is_built_in = false;
  for (const RequiredPlugin::Version& alternative : required.alternatives) {
    const std::string& name = alternative.name.text();
    if (!ParseVersion(alternative.version.text())) {
      diagnostics.Error("bad-version", alternative.version.Whole(),
                        absl::StrCat("'", alternative.version.text(),
                                     "' is no version of plugin '", name, "'"),
                        "write three numbers with dots: 0.4.0");
    }
    if (!names.insert(name).second) {
      diagnostics.Error(
          "duplicate-plugin", alternative.name.Whole(),
          absl::StrCat("plugin '", name, "' stands twice among alternatives"));
    }
    is_built_in |= std::find(known.plugins.begin(), known.plugins.end(),
                             name) != known.plugins.end();
  }
  if (is_built_in) return;
  const LocatedText& name = required.alternatives[0].name;
  diagnostics.Warning(
      "unknown-plugin", name.Whole(),
      absl::StrCat("there is no plugin '", name.text(),
                   "' here; rules that use its fields will not load"),
      absl::StrCat("built in: ", absl::StrJoin(known.plugins, ", ")));
}

}  // namespace eyrie::rules
