// SPDX-License-Identifier: Apache-2.0
//
// Texts are written twice, first to learn their size, then into the scratch
// memory: so that no text costs an allocation.

#include "rules/json/json_text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

namespace eyrie::rules {
namespace {

// Counts the bytes of a text, or writes them.
class Sink {
 public:
  explicit Sink(char* out) : out_(out) {}

  void Append(absl::string_view text) {
    if (out_ != nullptr) std::copy(text.begin(), text.end(), out_ + size_);
    size_ += text.size();
  }
  size_t size() const { return size_; }

 private:
  char* const out_;  // null: only count
  size_t size_ = 0;
};

class Writer {
 public:
  Writer(Sink& sink, bool is_indented)
      : sink_(sink), is_indented_(is_indented) {}

  void Write(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return WriteObject(value);
      case Json::value_t::array:
        return WriteArray(value);
      case Json::value_t::string:
        return WriteString(value.get_ref<const std::string&>());
      case Json::value_t::boolean:
        return sink_.Append(value.get<bool>() ? "true" : "false");
      case Json::value_t::number_integer:
        return WriteNumber(value.get<int64_t>());
      case Json::value_t::number_unsigned:
        return WriteNumber(value.get<uint64_t>());
      case Json::value_t::number_float:
        return WriteNumber(value.get<double>());
      default:
        return sink_.Append("null");
    }
  }

 private:
  void WriteObject(const Json& object) {
    bool is_first = true;
    sink_.Append("{");
    ++level_;
    for (const auto& [name, member] : object.items()) {
      NextLine(is_first);
      is_first = false;
      WriteString(name);
      sink_.Append(is_indented_ ? ": " : ":");
      Write(member);
    }
    Close("}", object.empty());
  }

  void WriteArray(const Json& array) {
    bool is_first = true;
    sink_.Append("[");
    ++level_;
    for (const Json& element : array) {
      NextLine(is_first);
      is_first = false;
      Write(element);
    }
    Close("]", array.empty());
  }

  // Before an element.
  void NextLine(bool is_first) {
    if (!is_first) sink_.Append(",");
    Indent();
  }

  void Close(absl::string_view bracket, bool is_empty) {
    --level_;
    if (!is_empty) Indent();
    sink_.Append(bracket);
  }

  void Indent() {
    if (!is_indented_) return;
    sink_.Append("\n");
    for (int i = 0; i < level_; ++i) sink_.Append("  ");
  }

  void WriteString(absl::string_view text) {
    sink_.Append("\"");
    size_t begin = 0;  // of what needs no escape
    for (size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      sink_.Append(text.substr(begin, i - begin));
      WriteEscape(byte);
      begin = i + 1;
    }
    sink_.Append(text.substr(begin));
    sink_.Append("\"");
  }

  void WriteEscape(unsigned char byte) {
    constexpr absl::string_view kPlain = "\"\\\b\f\n\r\t";
    constexpr absl::string_view kLetters = "\"\\bfnrt";
    constexpr absl::string_view kDigits = "0123456789abcdef";
    const size_t position = kPlain.find(static_cast<char>(byte));
    if (position != absl::string_view::npos) {
      sink_.Append("\\");
      sink_.Append(kLetters.substr(position, 1));
      return;
    }
    sink_.Append("\\u00");
    sink_.Append(kDigits.substr(byte / 16, 1));
    sink_.Append(kDigits.substr(byte % 16, 1));
  }

  template <typename Number>
  void WriteNumber(Number number) {
    char digits[32];  // The longest double has 24.
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    sink_.Append(absl::string_view(digits, static_cast<size_t>(end - digits)));
  }

  Sink& sink_;
  const bool is_indented_;
  int level_ = 0;
};

absl::string_view Write(const Json& value, bool is_indented, Scratch& scratch) {
  Sink counted(nullptr);
  Writer(counted, is_indented).Write(value);
  char* const bytes = scratch.Allocate(counted.size());
  Sink written(bytes);
  Writer(written, is_indented).Write(value);
  return absl::string_view(bytes, written.size());
}

}  // namespace

absl::string_view JsonText(const Json& value, Scratch& scratch) {
  if (value.is_string()) return value.get_ref<const std::string&>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  return Write(value, /*is_indented=*/false, scratch);
}

absl::string_view IndentedJson(const Json& value, Scratch& scratch) {
  return Write(value, /*is_indented=*/true, scratch);
}

}  // namespace eyrie::rules
