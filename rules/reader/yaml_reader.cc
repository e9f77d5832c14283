// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/yaml_reader.h"

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "rules/reader/scalar_places.h"
#include "rules/reader/text_check.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Reads a text without a copy of it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(absl::string_view text) {
    // The interface wants it so; a buffer for reading is never written to.
    char* const begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

// Thrown by the builder through the parser, which cannot be told to stop.
struct LimitReached {
  size_t at;
  std::string what;
};

// Builds trees from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const SourceFile> file, size_t base,
              const ReadLimits& limits, Diagnostics& diagnostics)
      : file_(std::move(file)),
        base_(base),
        limits_(limits),
        diagnostics_(diagnostics) {}

  std::vector<YamlNodePtr> TakeDocuments() { return std::move(documents_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    anchors_.clear();
    if (documents_.size() == limits_.max_documents) {
      throw LimitReached{
          Place(mark),
          absl::StrCat("more than ", limits_.max_documents, " YAML documents")};
    }
  }
  void OnDocumentEnd() override {
    // A document of comments has no node.
    if (!has_root_) documents_.push_back(std::make_shared<const YamlNode>());
    has_root_ = false;
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = NewNode(YamlNode::Kind::kNull, mark);
    node->range.end = node->range.begin;
    Finish(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) {
      throw YAML::ParserException(mark, "an alias stands for itself");
    }
    CountNodes(it->second->size, it->second->bytes, mark);
    Attach(it->second, Place(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/,
                YAML::anchor_t anchor, const std::string& value) override {
    auto node = NewNode(YamlNode::Kind::kScalar, mark);
    CountNodes(0, value.size(), mark);
    node->bytes = value.size();
    ScalarPlaces places = LocateScalar(file_->text(), Place(mark), value);
    // The parser takes a line end before the end of the file for the end.
    if (!places.is_closed) {
      throw YAML::ParserException(mark, "this quote is not closed");
    }
    node->text.Append(value, file_, std::move(places.offsets));
    node->range = {file_, places.begin, places.end};
    Finish(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(NewNode(YamlNode::Kind::kSequence, mark), anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(NewNode(YamlNode::Kind::kMap, mark), anchor);
  }
  void OnMapEnd() override { Close(); }

  size_t Place(const YAML::Mark& mark) const {
    const size_t at = mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos);
    return std::min(base_ + at, file_->text().size());
  }

 private:
  // A sequence or map that is not complete yet.
  struct Frame {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    YamlNodePtr key;  // of a map whose value comes next
    absl::flat_hash_set<std::string> keys;
  };

  std::shared_ptr<YamlNode> NewNode(YamlNode::Kind kind,
                                    const YAML::Mark& mark) {
    CountNodes(1, 0, mark);
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    const uint32_t at = static_cast<uint32_t>(Place(mark));
    node->range = {file_, at, at + 1};
    return node;
  }

  // Counts what is read, and what aliases repeat.
  void CountNodes(size_t nodes, size_t bytes, const YAML::Mark& mark) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > limits_.max_yaml_nodes) {
      throw LimitReached{
          Place(mark),
          absl::StrCat("more than ", limits_.max_yaml_nodes, " YAML values")};
    }
    if (bytes_ > limits_.max_bytes) {
      throw LimitReached{Place(mark),
                         absl::StrCat("more than ", limits_.max_bytes,
                                      " bytes of text, aliases written out")};
    }
  }

  void Open(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    CheckDepth(open_.size() + 1, node->range.begin);
    open_.push_back({std::move(node), anchor, nullptr, {}});
  }

  void CheckDepth(size_t depth, size_t at) {
    if (depth <= limits_.max_yaml_depth) return;
    throw LimitReached{at, absl::StrCat("YAML nested more than ",
                                        limits_.max_yaml_depth, " deep")};
  }

  void Close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    Finish(std::move(frame.node), frame.anchor);
  }

  void Finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    const size_t at = node->range.begin;
    YamlNodePtr finished = std::move(node);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = finished;
    Attach(std::move(finished), at);
  }

  // Adds a complete node to what is open.
  void Attach(YamlNodePtr node, size_t at) {
    CheckDepth(open_.size() + node->depth, at);
    if (open_.empty()) {
      documents_.push_back(std::move(node));
      has_root_ = true;
      return;
    }
    Frame& frame = open_.back();
    YamlNode& parent = *frame.node;
    parent.size += node->size;
    parent.bytes += node->bytes;
    parent.depth = std::max(parent.depth, node->depth + 1);
    if (node->range.end > parent.range.end) parent.range.end = node->range.end;
    if (parent.is_sequence()) {
      parent.items.push_back(std::move(node));
    } else if (frame.key == nullptr) {
      CheckKey(frame, *node);
      frame.key = std::move(node);
    } else {
      parent.entries.emplace_back(std::move(frame.key), std::move(node));
      frame.key = nullptr;
    }
  }

  void CheckKey(Frame& frame, const YamlNode& key) {
    if (!key.is_scalar() || frame.keys.insert(key.text.text()).second) return;
    diagnostics_.Warning(
        "duplicate-key", key.range,
        absl::StrCat("'", key.text.text(),
                     "' stands here twice; only the first is read"),
        "delete one");
  }

  const std::shared_ptr<const SourceFile> file_;
  const size_t base_;  // bytes before what the parser sees
  const ReadLimits& limits_;
  Diagnostics& diagnostics_;
  std::vector<YamlNodePtr> documents_;
  std::vector<Frame> open_;
  absl::flat_hash_map<YAML::anchor_t, YamlNodePtr> anchors_;
  size_t nodes_ = 0;
  size_t bytes_ = 0;
  bool has_root_ = false;
};

}  // namespace

std::optional<std::vector<YamlNodePtr>> ReadYaml(
    const std::shared_ptr<const SourceFile>& file, const ReadLimits& limits,
    Diagnostics& diagnostics) {
  if (!CheckText(file, limits, diagnostics)) return std::nullopt;
  absl::string_view text = file->text();
  const size_t base = text.substr(0, kByteOrderMark.size()) == kByteOrderMark
                          ? kByteOrderMark.size()
                          : 0;
  TextBuffer buffer(text.substr(base));
  std::istream stream(&buffer);
  TreeBuilder builder(file, base, limits, diagnostics);
  const auto range_at = [&file](size_t at) {
    return SourceRange{file, static_cast<uint32_t>(at),
                       static_cast<uint32_t>(at)};
  };
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const LimitReached& limit) {
    diagnostics.Error("limit-exceeded", range_at(limit.at), limit.what);
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    diagnostics.Error("bad-yaml", range_at(builder.Place(e.mark)),
                      absl::StrCat("this is no YAML: ", e.msg));
    return std::nullopt;
  }
  return builder.TakeDocuments();
}

}  // namespace eyrie::rules
