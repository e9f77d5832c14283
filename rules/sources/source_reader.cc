// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/source_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "re2/re2.h"

#include "rules/json/described_reader.h"
#include "rules/json/json_event_fields.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/yaml_node.h"
#include "rules/reader/yaml_reader.h"
#include "rules/reader/yaml_values.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kCode = "bad-source";

constexpr absl::string_view kSourceKeys[] = {
    "source", "plugin", "desc", "events", "time", "id", "group", "fields"};
// Of a way to a value.
constexpr absl::string_view kWayKeys[] = {"path", "text", "sum", "match",
                                          "map",  "join", "if"};
constexpr absl::string_view kFieldKeys[] = {
    "name", "desc", "type", "list",  "argument", "unavailable", "first",
    "path", "text", "sum",  "match", "map",      "join",        "if"};
constexpr absl::string_view kConditionKeys[] = {"path", "in", "match", "not"};

// As the grammar of conditions reads it: words with dots between them.
bool IsFieldName(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '.');
  return words.size() > 1 &&
         std::all_of(words.begin(), words.end(), [](absl::string_view word) {
           return !word.empty() && absl::ascii_isalpha(word[0]) &&
                  std::all_of(word.begin(), word.end(), [](char c) {
                    return absl::ascii_isalnum(c) || c == '_';
                  });
         });
}

bool IsSourceName(absl::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

// Reads maps that hold places and expressions.
class PlaceReader {
 public:
  PlaceReader(const YamlNode& map, absl::string_view what,
              const SourceLimits& limits, Diagnostics& diagnostics)
      : map_(map, what, diagnostics), limits_(limits) {}

 protected:
  std::optional<JsonPath> Path(const LocatedText& text, JsonPath::Star star) {
    absl::StatusOr<JsonPath> path = JsonPath::Parse(text.text(), star);
    if (path.ok() && absl::StartsWith(text.text(), "/")) {
      return *std::move(path);
    }
    map_.Fail(kCode, text.Whole(),
              path.ok() ? absl::StrCat("`", text.text(),
                                       "` is no JSON pointer: it begins with "
                                       "no slash")
                        : std::string(path.status().message()));
    return std::nullopt;
  }

  std::optional<JsonPath> PathAt(absl::string_view key, JsonPath::Star star) {
    const auto text = map_.Text(key);
    return text ? Path(*text, star) : std::nullopt;
  }

  // Null if the key is missing or its value is no expression.
  std::shared_ptr<const re2::RE2> MatchAt(absl::string_view key) {
    const auto text = map_.Text(key);
    if (!text) return nullptr;
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(limits_.max_regex_bytes);
    auto match = std::make_shared<const re2::RE2>(text->text(), options);
    if (match->ok()) return match;
    map_.Fail(kCode, text->Whole(),
              absl::StrCat("no regular expression: ", match->error()));
    return nullptr;
  }

  MapReader map_;
  const SourceLimits& limits_;
};

// Reads `if`.
class ConditionReader : public PlaceReader {
 public:
  using PlaceReader::PlaceReader;

  std::optional<JsonCondition> Read() {
    map_.WarnUnknownKeys(kConditionKeys);
    JsonCondition condition;
    if (const auto path = map_.RequiredText("path")) {
      if (auto parsed = Path(*path, JsonPath::Star::kElements)) {
        condition.path = *std::move(parsed);
      }
    }
    if (const auto in = map_.Texts("in")) {
      for (const LocatedText& text : in->value) {
        condition.in.push_back(text.text());
      }
    }
    condition.match = MatchAt("match");
    if (const auto negated = map_.Bool("not")) {
      condition.is_negated = negated->value;
    }
    if (map_.failed()) return std::nullopt;
    return condition;
  }
};

// Reads one way to a value: what stands at `map`.
class WayReader : public PlaceReader {
 public:
  WayReader(const YamlNode& map, absl::string_view what, FieldType type,
            const SourceLimits& limits, Diagnostics& diagnostics)
      : PlaceReader(map, what, limits, diagnostics),
        node_(map),
        type_(type),
        diagnostics_(diagnostics) {}

  void WarnUnknownKeys() { map_.WarnUnknownKeys(kWayKeys); }

  std::optional<JsonDescription> Read() {
    JsonDescription way;
    const int places = map_.Has("path") + map_.Has("text") + map_.Has("sum");
    if (places != 1) {
      map_.Fail(kCode, node_.range,
                "a field has one of `path`, `text` and `sum`, or ways to its "
                "value behind `first`");
    }
    way.path = PathAt("path", JsonPath::Star::kElements);
    ReadText(way);
    ReadSum(way);
    way.match = MatchAt("match");
    ReadMap(way);
    if (const YamlNode* join = map_.Find("join")) {
      if (!join->is_scalar()) {
        map_.Fail(kCode, join->range, "`join` is a text");
      }
      way.join = join->text.text();
    }
    if (const YamlNode* condition = map_.Find("if")) {
      way.condition =
          ConditionReader(*condition, "condition", limits_, diagnostics_)
              .Read();
      if (!way.condition.has_value()) return std::nullopt;
    }
    CheckType(way);
    if (map_.failed()) return std::nullopt;
    return way;
  }

 private:
  // "s3://{/bucket}/{/key}".
  void ReadText(JsonDescription& way) {
    const auto text = map_.Text("text");
    if (!text) return;
    const std::string& all = text->text();
    size_t position = 0;
    while (position < all.size()) {
      const size_t open = std::min(all.find('{', position), all.size());
      if (open > position) {
        way.text.push_back({all.substr(position, open - position), {}});
      }
      if (open == all.size()) return;
      const size_t close = all.find('}', open);
      if (close == std::string::npos) {
        map_.Fail(kCode, text->Range(open, all.size()), "this `{` has no `}`");
        return;
      }
      const LocatedText place = text->Substring(open + 1, close);
      auto path = Path(place, JsonPath::Star::kElements);
      if (!path) return;
      way.text.push_back({"", std::move(path)});
      position = close + 1;
    }
  }

  void ReadSum(JsonDescription& way) {
    const auto places = map_.Texts("sum");
    if (!places) return;
    for (const LocatedText& place : places->value) {
      auto path = Path(place, JsonPath::Star::kElements);
      if (path) way.sum.push_back(*std::move(path));
    }
  }

  void ReadMap(JsonDescription& way) {
    const YamlNode* const map = map_.Find("map");
    if (map == nullptr) return;
    for (const auto& [from, to] : map->entries) {
      if (from->is_scalar() && to->is_scalar()) {
        way.map.emplace_back(from->text.text(), to->text.text());
      }
    }
    if (!map->is_map() || way.map.size() != map->entries.size()) {
      map_.Fail(kCode, map->range, "`map` is a map of texts to texts");
    }
  }

  void CheckType(const JsonDescription& way) {
    if (type_ == FieldType::kUint64 && way.join.has_value()) {
      map_.Fail(kCode, node_.range, "`join` makes a text, not a number");
    }
    if (type_ != FieldType::kUint64 && !way.sum.empty()) {
      map_.Fail(kCode, node_.range, "`sum` wants `type: number`");
    }
  }

  const YamlNode& node_;
  const FieldType type_;
  Diagnostics& diagnostics_;
};

// Reads one field into the catalogue.
class FieldReader : public PlaceReader {
 public:
  FieldReader(const YamlNode& map, const SourceLimits& limits,
              JsonCatalog& catalog, Diagnostics& diagnostics)
      : PlaceReader(map, "field", limits, diagnostics),
        node_(map),
        catalog_(catalog),
        diagnostics_(diagnostics) {}

  // False if there was a mistake.
  bool Read() {
    map_.WarnUnknownKeys(kFieldKeys);
    ReadSpec();
    std::unique_ptr<const JsonReader> reader;
    if (!spec_.unavailable.empty()) {
      reader = std::make_unique<UnknownReader>();
    } else {
      std::vector<JsonDescription> ways = ReadWays();
      reader = std::make_unique<DescribedReader>(std::move(ways), spec_.type,
                                                 spec_.is_list);
    }
    if (map_.failed() || !has_ways_) return false;
    const absl::Status added =
        catalog_.Add(std::move(spec_), std::move(reader));
    if (!added.ok()) {
      map_.Fail(kCode, node_.range, std::string(added.message()));
    }
    return added.ok();
  }

 private:
  void ReadSpec() {
    if (const auto name = map_.RequiredText("name")) {
      spec_.name = name->text();
      if (!IsFieldName(spec_.name)) {
        map_.Fail(kCode, name->Whole(),
                  absl::StrCat("`", spec_.name, "` is no name of a field"),
                  "write words with dots between them: okta.actor.name");
      }
    }
    if (const auto desc = map_.RequiredText("desc")) spec_.doc = desc->text();
    if (const auto type = map_.Text("type")) {
      if (type->text() == "number") {
        spec_.type = FieldType::kUint64;
      } else if (type->text() != "text") {
        map_.Fail(kCode, type->Whole(), "`type` is text or number");
      }
    }
    if (const auto list = map_.Bool("list")) spec_.is_list = list->value;
    if (const auto reason = map_.Text("unavailable")) {
      spec_.unavailable = reason->text();
    }
    ReadArgument();
  }

  void ReadArgument() {
    const auto argument = map_.Text("argument");
    if (!argument) {
      if (spec_.is_list) {
        spec_.argument_rule = ArgumentRule::kOptional;
        spec_.argument_kind = ArgumentKind::kIndex;
      }
      return;
    }
    spec_.argument_rule = ArgumentRule::kRequired;
    spec_.argument_kind = ArgumentKind::kIndex;
    if (argument->text() != "number" || spec_.unavailable.empty()) {
      map_.Fail(kCode, argument->Whole(),
                "`argument` is `number`, and only of a field that is "
                "unavailable");
    }
  }

  std::vector<JsonDescription> ReadWays() {
    std::vector<JsonDescription> ways;
    const YamlNode* const first = map_.Find("first");
    if (first == nullptr) {
      AddWay(WayReader(node_, "field", spec_.type, limits_, diagnostics_),
             ways);
      return ways;
    }
    for (const absl::string_view key : kWayKeys) {
      if (map_.Has(key)) {
        map_.Fail(kCode, map_.Find(key)->range,
                  absl::StrCat("`", key,
                               "` stands beside `first`; put it into "
                               "one of its ways"));
      }
    }
    if (!first->is_sequence() || first->items.empty()) {
      map_.Fail(kCode, first->range, "`first` is a list of ways to a value");
      return ways;
    }
    for (const YamlNodePtr& item : first->items) {
      if (!item->is_map()) {
        map_.Fail(kCode, item->range, "a way to a value is a map");
        continue;
      }
      WayReader way(*item, "way", spec_.type, limits_, diagnostics_);
      way.WarnUnknownKeys();
      AddWay(std::move(way), ways);
    }
    return ways;
  }

  void AddWay(WayReader reader, std::vector<JsonDescription>& ways) {
    std::optional<JsonDescription> way = reader.Read();
    has_ways_ = has_ways_ && way.has_value();
    if (way.has_value()) ways.push_back(*std::move(way));
  }

  const YamlNode& node_;
  JsonCatalog& catalog_;
  Diagnostics& diagnostics_;
  JsonFieldSpec spec_;
  bool has_ways_ = true;  // whether all were read
};

// Reads the map that is the file.
class SourceReader : public PlaceReader {
 public:
  SourceReader(const YamlNode& map, const SourceLimits& limits,
               Diagnostics& diagnostics)
      : PlaceReader(map, "source", limits, diagnostics),
        diagnostics_(diagnostics) {}

  std::unique_ptr<JsonSource> Read() {
    map_.WarnUnknownKeys(kSourceKeys);
    auto source = std::make_unique<JsonSource>();
    if (const auto name = map_.RequiredText("source")) {
      source->name = name->text();
      if (!IsSourceName(source->name)) {
        map_.Fail(kCode, name->Whole(),
                  absl::StrCat("`", source->name, "` is no name of a source"),
                  "write letters, digits, `_` and `-`");
      }
    }
    if (const auto plugin = map_.RequiredText("plugin")) {
      source->plugin = plugin->text();
    }
    if (const auto desc = map_.RequiredText("desc")) source->doc = desc->text();
    source->events = PathAt("events", JsonPath::Star::kName);
    source->time = PathAt("time", JsonPath::Star::kName);
    AddJsonEventFields(source->catalog);
    ReadIdentity(*source);
    const bool has_fields = ReadFields(source->catalog);
    ReadGroup(*source);
    return map_.failed() || !has_fields ? nullptr : std::move(source);
  }

 private:
  void ReadIdentity(JsonSource& source) {
    const auto places = map_.Texts("id");
    if (!places) return;
    for (const LocatedText& place : places->value) {
      auto path = Path(place, JsonPath::Star::kName);
      if (path) source.identity.push_back(*std::move(path));
    }
  }

  // After the fields.
  void ReadGroup(JsonSource& source) {
    const auto names = map_.Texts("group");
    if (!names) return;
    std::string no_argument;
    for (const LocatedText& name : names->value) {
      const FieldInfo* const field =
          source.catalog.Find(name.text(), &no_argument);
      if (field == nullptr) {
        map_.Fail(
            kCode, name.Whole(),
            absl::StrCat("`", name.text(), "` is no field of this source"));
      } else if (field->argument_rule == ArgumentRule::kRequired) {
        map_.Fail(kCode, name.Whole(),
                  absl::StrCat("`", name.text(), "` takes an argument"));
      }
      source.group_by.push_back(name.text());
    }
  }

  // False if one has a mistake.
  bool ReadFields(JsonCatalog& catalog) {
    const YamlNode* const fields = map_.Sequence("fields");
    if (fields == nullptr) return true;
    if (fields->items.size() > limits_.max_fields) {
      map_.Fail("limit-exceeded", fields->range,
                absl::StrCat("more than ", limits_.max_fields, " fields"));
      return false;
    }
    bool ok = true;
    for (const YamlNodePtr& field : fields->items) {
      if (!field->is_map()) {
        map_.Fail(kCode, field->range, "a field is a map");
        continue;
      }
      ok &= FieldReader(*field, limits_, catalog, diagnostics_).Read();
    }
    return ok;
  }

  Diagnostics& diagnostics_;
};

}  // namespace

std::unique_ptr<JsonSource> ReadJsonSource(
    const std::shared_ptr<const SourceFile>& file, const SourceLimits& limits,
    Diagnostics& diagnostics) {
  const auto documents = ReadYaml(file, ReadLimits(), diagnostics);
  if (!documents) return nullptr;
  if (documents->size() != 1 || !(*documents)[0]->is_map()) {
    diagnostics.Error(std::string(kCode), {file, 0, 0},
                      "the description of a source is one map");
    return nullptr;
  }
  return SourceReader(*(*documents)[0], limits, diagnostics).Read();
}

}  // namespace eyrie::rules
