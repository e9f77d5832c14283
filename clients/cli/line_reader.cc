// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/line_reader.h"

#include "absl/strings/ascii.h"

namespace eyrie::cli {

LineReader::Result LineReader::Next(std::string* line) {
  while (true) {
    const Result result = ReadLine(line);
    if (result != Result::kLine || !absl::StripAsciiWhitespace(*line).empty()) {
      return result;
    }
  }
}

LineReader::Result LineReader::ReadLine(std::string* line) {
  constexpr auto kEnd = std::istream::traits_type::eof();
  line->clear();
  bool is_too_long = false;
  int next = in_.get();
  if (next == kEnd) return Result::kEnd;
  ++number_;
  for (; next != kEnd && next != '\n'; next = in_.get()) {
    is_too_long = is_too_long || line->size() == max_bytes_;
    if (!is_too_long) line->push_back(static_cast<char>(next));
  }
  return is_too_long ? Result::kTooLong : Result::kLine;
}

}  // namespace eyrie::cli
