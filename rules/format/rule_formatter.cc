// SPDX-License-Identifier: Apache-2.0

#include "rules/format/rule_formatter.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "rules/format/condition_layout.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/yaml_node.h"
#include "rules/reader/yaml_reader.h"

namespace eyrie::rules {
namespace {

using Lines = std::vector<std::string>;

constexpr size_t kWidth = 80;
constexpr size_t kKeyColumn = 2;
constexpr size_t kFoldedColumn = 4;

constexpr absl::string_view kKeyOrder[] = {"rule",
                                           "macro",
                                           "list",
                                           "required_engine_version",
                                           "required_plugin_versions",
                                           "desc",
                                           "condition",
                                           "items",
                                           "output",
                                           "priority",
                                           "source",
                                           "enabled",
                                           "tags",
                                           "exceptions",
                                           "warn_evttypes",
                                           "skip-if-unknown-filter",
                                           "capture",
                                           "capture_duration",
                                           "append",
                                           "override"};

// A key with the lines of its value, and the comments in front.
struct Block {
  std::string key;
  const YamlNode* value = nullptr;
  Lines comments;
  Lines lines;

  size_t rank() const {
    return static_cast<size_t>(
        std::find(std::begin(kKeyOrder), std::end(kKeyOrder), key) -
        std::begin(kKeyOrder));
  }
};

// A list, macro or rule with what stands in front.
struct Item {
  Lines leading;              // comments, blank lines, ends of documents
  std::vector<Block> blocks;  // empty: `lines` stay as they are
  Lines comments;             // behind the last key
  Lines lines;
};

size_t Indent(absl::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty();
}

bool IsComment(absl::string_view line) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#");
}

// `---`, `...`, `%YAML 1.2`.
bool IsMarker(absl::string_view line) {
  return absl::StartsWith(line, "---") || absl::StartsWith(line, "...") ||
         absl::StartsWith(line, "%");
}

size_t CountHashes(const Lines& lines) {
  size_t count = 0;
  for (const std::string& line : lines) {
    count += static_cast<size_t>(std::count(line.begin(), line.end(), '#'));
  }
  return count;
}

// Lines in column `from` moved to column `to`, as far as they have blanks.
Lines Moved(const Lines& lines, size_t from, size_t to) {
  Lines moved;
  for (const std::string& line : lines) {
    if (IsBlank(line)) {
      moved.emplace_back();
    } else if (to >= from) {
      moved.push_back(std::string(to - from, ' ') + line);
    } else {
      moved.push_back(line.substr(std::min(Indent(line), from - to)));
    }
  }
  return moved;
}

// Moves lines from the end of `lines` for as long as `is_moved` says so, but
// leaves the first one.
template <typename Predicate>
Lines TakeTail(Lines* lines, Predicate is_moved) {
  auto begin = lines->end();
  while (begin > lines->begin() + 1 && is_moved(*(begin - 1))) --begin;
  Lines tail(begin, lines->end());
  lines->erase(begin, lines->end());
  return tail;
}

Lines CommentsIn(const Lines& lines) {
  Lines comments;
  for (const std::string& line : lines) {
    if (!IsBlank(line)) {
      comments.emplace_back(absl::StripAsciiWhitespace(line));
    }
  }
  return comments;
}

// Whether `text` behind a key and a blank is that text again.
bool IsPlain(absl::string_view text) {
  constexpr absl::string_view kIndicators = "!&*-?:,[]{}#|>@`\"'%";
  return !text.empty() && !absl::StrContains(kIndicators, text[0]) &&
         !absl::StrContains(text, ": ") && !absl::StrContains(text, " #") &&
         !absl::EndsWith(text, ":");
}

bool SameNode(const YamlNode& a, const YamlNode& b, absl::string_view key);

bool SameMap(const YamlNode& a, const YamlNode& b) {
  using Entry = std::pair<YamlNodePtr, YamlNodePtr>;
  const auto sorted = [](const YamlNode& map) {
    std::vector<Entry> entries = map.entries;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& x, const Entry& y) {
                       return x.first->text.text() < y.first->text.text();
                     });
    return entries;
  };
  const std::vector<Entry> of_a = sorted(a);
  const std::vector<Entry> of_b = sorted(b);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                    [](const Entry& x, const Entry& y) {
                      return SameNode(*x.first, *y.first, "") &&
                             SameNode(*x.second, *y.second,
                                      x.first->text.text());
                    });
}

// Whether two values of `key` mean the same.
bool SameNode(const YamlNode& a, const YamlNode& b, absl::string_view key) {
  if (a.kind != b.kind) return false;
  if (a.is_map()) return SameMap(a, b);
  if (a.is_scalar()) {
    return key == "condition" ? IsSameCondition(a.text.text(), b.text.text())
                              : a.text.text() == b.text.text();
  }
  return std::equal(
      a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
      [](const auto& x, const auto& y) { return SameNode(*x, *y, ""); });
}

// Takes a file apart into items.
class ItemReader {
 public:
  explicit ItemReader(const std::shared_ptr<const SourceFile>& file)
      : file_(file) {
    for (const absl::string_view line : absl::StrSplit(file->text(), '\n')) {
      lines_.emplace_back(absl::StripSuffix(line, "\r"));
    }
  }

  // The items; what follows the last stands in front of another without lines.
  std::vector<Item> Read(const std::vector<YamlNodePtr>& documents) {
    std::vector<const YamlNode*> nodes;
    for (const YamlNodePtr& document : documents) {
      for (const YamlNodePtr& item : document->items) {
        nodes.push_back(item.get());
      }
    }
    std::vector<Item> items;
    size_t begin = nodes.empty() ? lines_.size() : StartOf(*nodes[0]);
    Lines leading(lines_.begin(), lines_.begin() + begin);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const size_t end =
          i + 1 < nodes.size() ? StartOf(*nodes[i + 1]) : lines_.size();
      Item& item = items.emplace_back();
      item.leading = std::move(leading);
      item.lines.assign(lines_.begin() + begin,
                        lines_.begin() + std::max(begin, end));
      const size_t dash = Indent(item.lines.empty() ? "" : item.lines[0]);
      leading = TakeTail(&item.lines, [dash](const std::string& line) {
        return IsBlank(line) || IsMarker(line) ||
               (IsComment(line) && Indent(line) <= dash);
      });
      ReadBlocks(*nodes[i], begin, dash, &item);
      begin = std::max(begin, end);
    }
    items.emplace_back().leading = std::move(leading);
    return items;
  }

 private:
  // Line (from 0) and column of a node.
  std::pair<size_t, size_t> PlaceOf(const YamlNode& node) const {
    const auto position = file_->At(node.range.begin);
    return {static_cast<size_t>(position.line - 1),
            static_cast<size_t>(position.column - 1)};
  }

  static const YamlNode& FirstNode(const YamlNode& item) {
    return item.is_map() && !item.entries.empty() ? *item.entries[0].first
                                                  : item;
  }

  // The line of the item's dash.
  size_t StartOf(const YamlNode& item) const {
    const size_t line = PlaceOf(FirstNode(item)).first;
    for (size_t i = line + 1; i-- > 0;) {
      const absl::string_view text =
          absl::StripLeadingAsciiWhitespace(lines_[i]);
      if (text == "-" || absl::StartsWith(text, "- ")) return i;
      if (i < line && !text.empty() && text[0] != '#') break;
    }
    return line;
  }

  // Fills item->blocks if the item is a map of lines below each other.
  void ReadBlocks(const YamlNode& node, size_t first_line, size_t dash,
                  Item* item) const {
    if (!node.is_map() || node.entries.empty()) return;
    const size_t column = PlaceOf(*node.entries[0].first).second;
    std::vector<size_t> starts;
    for (size_t i = 0; i < node.entries.size(); ++i) {
      const YamlNode& key = *node.entries[i].first;
      const auto [line, key_column] = PlaceOf(key);
      const absl::string_view before =
          absl::string_view(lines_[line]).substr(0, key_column);
      const bool is_alone =
          i == 0 ? line == first_line && dash < column &&
                       IsBlank(before.substr(dash + 1))
                 : Indent(before) == key_column && line > starts.back();
      if (!key.is_scalar() || key_column != column || !is_alone) return;
      starts.push_back(line);
    }
    starts.push_back(first_line + item->lines.size());
    Lines comments;
    for (size_t i = 0; i < node.entries.size(); ++i) {
      Block& block = item->blocks.emplace_back();
      block.key = node.entries[i].first->text.text();
      block.value = node.entries[i].second.get();
      block.comments = std::move(comments);
      block.lines.assign(lines_.begin() + starts[i],
                         lines_.begin() + starts[i + 1]);
      block.lines[0] = block.lines[0].substr(column);
      comments =
          CommentsIn(TakeTail(&block.lines, [column](const std::string& line) {
            return IsBlank(line) || (IsComment(line) && Indent(line) <= column);
          }));
      Lines rest(block.lines.begin() + 1, block.lines.end());
      rest = Moved(rest, column, kKeyColumn);
      std::move(rest.begin(), rest.end(), block.lines.begin() + 1);
    }
    item->comments = std::move(comments);
  }

  const std::shared_ptr<const SourceFile>& file_;
  Lines lines_;
};

// Lays the lines of a condition out, unless they hold more than it.
void FormatCondition(Block* block) {
  if (!block->value->is_scalar()) return;
  const std::string& text = block->value->text.text();
  const absl::string_view written = absl::StripLeadingAsciiWhitespace(
      absl::StripPrefix(block->lines[0], "condition:"));
  const bool has_property =
      !written.empty() && absl::StrContains("&*!", written[0]);
  if (has_property || CountHashes(block->lines) != CountHashes({text})) return;
  const auto line = JoinCondition(text);
  if (!line) return;
  const std::string flat = absl::StrCat("condition: ", *line);
  if (kKeyColumn + flat.size() <= kWidth && IsPlain(*line)) {
    block->lines = {flat};
    return;
  }
  const auto lines = LayOutCondition(text, kWidth - kFoldedColumn);
  if (!lines) return;
  block->lines = {"condition: >"};
  for (const std::string& line : *lines) {
    block->lines.push_back(std::string(kFoldedColumn, ' ') + line);
  }
}

// Puts items together again.
class ItemWriter {
 public:
  std::string Run(std::vector<Item> items) {
    for (Item& item : items) {
      WriteLeading(item);
      if (item.blocks.empty()) {
        const size_t dash = Indent(item.lines.empty() ? "" : item.lines[0]);
        for (std::string& line : Moved(item.lines, dash, 0)) Add(line);
      } else {
        WriteBlocks(item);
      }
    }
    return text_;
  }

 private:
  void Add(absl::string_view line) { absl::StrAppend(&text_, line, "\n"); }

  void WriteLeading(const Item& item) {
    const bool is_end = item.blocks.empty() && item.lines.empty();
    bool wants_blank = !text_.empty();
    bool has_lines = false;
    for (const std::string& line : item.leading) {
      if (IsBlank(line)) {
        wants_blank = wants_blank || has_lines;
        continue;
      }
      if (wants_blank) Add("");
      wants_blank = false;
      has_lines = true;
      Add(absl::StripAsciiWhitespace(line));
    }
    if (wants_blank && !is_end) Add("");
  }

  void WriteBlocks(Item& item) {
    std::stable_sort(
        item.blocks.begin(), item.blocks.end(),
        [](const Block& a, const Block& b) { return a.rank() < b.rank(); });
    const std::string indent(kKeyColumn, ' ');
    for (Block& block : item.blocks) {
      const bool is_first = &block == &item.blocks.front();
      for (const std::string& comment : block.comments) {
        Add(absl::StrCat(is_first ? "" : indent, comment));
      }
      if (block.key == "condition") FormatCondition(&block);
      Add(absl::StrCat(is_first ? "- " : indent, block.lines[0]));
      for (size_t i = 1; i < block.lines.size(); ++i) Add(block.lines[i]);
    }
    for (const std::string& comment : item.comments) {
      Add(absl::StrCat(indent, comment));
    }
  }

  std::string text_;
};

// Whether the text says what `documents` do, all comments included.
bool IsSame(const std::vector<YamlNodePtr>& documents, const SourceFile& file,
            const std::string& text) {
  Diagnostics ignored;
  const auto read = ReadYaml(
      std::make_shared<const SourceFile>(file.name(), text), {}, ignored);
  return read &&
         std::equal(documents.begin(), documents.end(), read->begin(),
                    read->end(),
                    [](const auto& a, const auto& b) {
                      return SameNode(*a, *b, "");
                    }) &&
         CountHashes({text}) == CountHashes({std::string(file.text())});
}

}  // namespace

absl::StatusOr<std::string> FormatRuleFile(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  const auto documents = ReadYaml(file, {}, diagnostics);
  if (!documents) {
    return absl::InvalidArgumentError(
        absl::StrCat(file->name(), " is no YAML"));
  }
  std::string text = ItemWriter().Run(ItemReader(file).Read(*documents));
  if (!IsSame(*documents, *file, text)) {
    return absl::FailedPreconditionError(
        absl::StrCat(file->name(),
                     " is written in a way that cannot be laid out without a "
                     "change of its meaning; it stays as it is"));
  }
  return text;
}

}  // namespace eyrie::rules
