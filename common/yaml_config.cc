// SPDX-License-Identifier: Apache-2.0

#include "common/yaml_config.h"

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include <yaml-cpp/yaml.h>

#include "common/file.h"
#include "common/flag_set.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

// Reads the mapping of one file and collects what is wrong with it.
class ConfigReader {
 public:
  ConfigReader(absl::string_view file, FlagSet* flags)
      : file_(file), flags_(flags) {}

  absl::Status Read(absl::string_view yaml) {
    try {
      const std::vector<YAML::Node> documents =
          YAML::LoadAll(std::string(yaml));
      if (documents.size() > 1) {
        AddError(documents[1].Mark(), "a configuration is one YAML document");
      } else if (documents.size() == 1) {
        ReadDocument(documents[0]);
      }
    } catch (const YAML::Exception& error) {
      AddError(error.mark, error.msg);
    }
    if (errors_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(errors_, "\n"));
  }

 private:
  void AddError(const YAML::Mark& mark, absl::string_view message) {
    errors_.push_back(absl::StrCat(file_, ":", mark.line + 1, ": ", message));
  }

  void ReadDocument(const YAML::Node& document) {
    if (document.IsNull()) return;
    if (!document.IsMap()) {
      AddError(document.Mark(), "a configuration is a mapping of flags");
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : document) {
      if (!entry.first.IsScalar()) {
        AddError(entry.first.Mark(), "a key is the name of a flag");
        continue;
      }
      const std::string& key = entry.first.Scalar();
      if (key == "help" || key == "config") {
        AddError(entry.first.Mark(),
                 absl::StrCat("\"", key, "\" is for the command line only"));
      } else if (!flags_->Has(key)) {
        AddError(entry.first.Mark(), absl::StrCat("unknown key \"", key, "\"",
                                                  flags_->DidYouMean(key)));
      } else if (!seen.insert(key).second) {
        AddError(entry.first.Mark(),
                 absl::StrCat("key \"", key, "\" is there twice"));
      } else {
        ReadEntry(entry.first, entry.second);
      }
    }
  }

  void ReadEntry(const YAML::Node& key_node, const YAML::Node& node) {
    const std::string& key = key_node.Scalar();
    std::vector<std::string> values;
    if (node.IsScalar()) {
      values.push_back(node.Scalar());
    } else if (node.IsSequence() && flags_->IsRepeated(key)) {
      for (const YAML::Node& item : node) {
        if (!item.IsScalar()) {
          AddError(item.Mark(),
                   absl::StrCat("key \"", key, "\" takes plain values"));
          return;
        }
        values.push_back(item.Scalar());
      }
    } else {
      AddError(key_node.Mark(),
               absl::StrCat(
                   "key \"", key, "\" takes ",
                   flags_->IsRepeated(key) ? "a list of values" : "one value"));
      return;
    }
    if (flags_->IsSet(key)) return;
    if (const absl::Status status = flags_->SetValues(key, values);
        !status.ok()) {
      AddError(node.Mark(),
               absl::StrCat("key \"", key, "\": ", status.message()));
    }
  }

  const absl::string_view file_;
  FlagSet* const flags_;
  std::vector<std::string> errors_;
};

}  // namespace

absl::Status ApplyYamlConfig(absl::string_view file, absl::string_view yaml,
                             FlagSet* flags) {
  if (yaml.size() > kMaxConfigBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, ":1: a configuration has at most ", kMaxConfigBytes, " bytes"));
  }
  return ConfigReader(file, flags).Read(yaml);
}

absl::Status ParseFlagsAndConfig(int argc, const char* const* argv,
                                 FlagSet* flags) {
  flags->AddConfigFile(
      "YAML file with values for flags that are not given here: every flag is "
      "a key.");
  EYRIE_RETURN_IF_ERROR(flags->Parse(argc, argv));
  const std::string& file = flags->config_file();
  if (flags->help_requested() || file.empty()) return absl::OkStatus();
  EYRIE_ASSIGN_OR_RETURN(const std::string yaml,
                         ReadFile(file, kMaxConfigBytes));
  return ApplyYamlConfig(file, yaml, flags);
}

}  // namespace eyrie
