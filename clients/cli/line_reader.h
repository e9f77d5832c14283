// SPDX-License-Identifier: Apache-2.0
//
// Reads lines of bounded length.

#ifndef EYRIE_CLIENTS_CLI_LINE_READER_H_
#define EYRIE_CLIENTS_CLI_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>

namespace eyrie::cli {

// Thread safety: none.
class LineReader {
 public:
  enum class Result {
    kLine,
    // The line has more than `max_bytes`; it was skipped.
    kTooLong,
    kEnd,
  };

  // Borrows `in`.
  LineReader(std::istream& in, size_t max_bytes)
      : in_(in), max_bytes_(max_bytes) {}

  // Puts the next line, without its end, into `line`. Lines of white space
  // alone are passed over. At kEnd, in.bad() says whether reading failed.
  Result Next(std::string* line);

  // Number of the line that Next() gave, from 1.
  uint64_t number() const { return number_; }

 private:
  Result ReadLine(std::string* line);

  std::istream& in_;
  const size_t max_bytes_;
  uint64_t number_ = 0;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_LINE_READER_H_
