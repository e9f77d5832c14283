// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/testing/generator.h"

#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "rules/eval/testing/language.h"

namespace eyrie::rules::testing {
namespace {

constexpr const char* kTexts[] = {
    "\"\"",     "a",           "b",    "ab",           "aB", "abc", "/etc",
    "/etc/a",   "\"a b\"",     "a/b",  "/a/b/",        "5",  "10",  "-3",
    "\"YWI=\"", "\"a\\xffb\"", "/b/a", "\"\xc3\xa9\"", "A",  "-a",  "ptrace",
};
constexpr const char* kPatterns[] = {
    "*",  "a*",  "\"[ab]*\"",        "?",    "/etc/*", "\"*[!a]\"",
    "*b", "a?c", "\"[[:alpha:]]*\"", "\"\"", "\\*",    "A*",
};
constexpr const char* kRegexes[] = {
    ".*",
    "a.*",
    "\"[ab]+\"",
    "\"(a|b)c?\"",
    "\"\"",
    "a",
    "/etc.*",
    "\"a.b\"",
    "\"[^/]*\"",
    "[A-Z].*",
    "\"(a|ab)(c|b?)\"",
    "\"^a|b$\"",
    "\".*/[^/]\"",
    "\"\xc3\xa9?\"",
};
constexpr const char* kPaths[] = {
    "/etc", "/a", "a", "\"/*/b\"", "\"\"", "/", "\"/[ae]*\"", "/etc/a/", "b",
};
constexpr const char* kTextFields[] = {
    "x.str",      "x.str2",        "x.path",  "x.env[HOME]",
    "proc.aname", "proc.aname[1]", "ka.verb",
};
constexpr const char* kTextOperators[] = {
    "=", "==", "!=", "contains", "icontains", "startswith", "endswith",
};
constexpr const char* kModifiers[] = {"oneof", "anyof", "allof"};
constexpr const char* kOrders[] = {"<", "<=", ">", ">="};
constexpr const char* kMembers[] = {"in", "intersects"};
constexpr const char* kNumberFields[] = {
    "x.int",       "x.int8",       "x.uint",       "x.uint2",    "x.uint32",
    "x.real",      "x.port",       "x.port2",      "x.duration", "x.time",
    "fd.port",     "proc.apid",    "proc.apid[1]", "evt.num",    "len(x.str)",
    "len(x.strs)", "len(x.bytes)",
};
constexpr const char* kEventTypes[] = {"open", "openat", "connect", "ptrace"};

// Field and kind of value, for Fields().
struct Stock {
  const char* field;
  const char* kind;
  bool several = false;
};
constexpr Stock kStocks[] = {
    {"x.str", "text"},
    {"x.str2", "text"},
    {"x.path", "text"},
    {"x.env[HOME]", "text"},
    {"ka.verb", "text"},
    {"proc.aname[1]", "text"},
    {"x.bytes", "bytes"},
    {"x.bool", "bool"},
    {"x.int", "number"},
    {"x.int8", "number"},
    {"x.uint", "size"},
    {"x.uint2", "size"},
    {"x.uint32", "size"},
    {"x.real", "real"},
    {"x.port", "size"},
    {"x.port2", "size"},
    {"x.ip", "address"},
    {"x.ip2", "address"},
    {"x.net", "address"},
    {"x.duration", "size"},
    {"x.time", "size"},
    {"x.uid", "size"},
    {"proc.apid[1]", "number"},
    {"x.strs", "text", true},
    {"x.strs2", "text", true},
    {"x.uints", "size", true},
    {"x.bools", "bool", true},
    {"x.ips", "address", true},
    {"x.nets", "address", true},
    {"fd.ip", "address", true},
    {"fd.port", "size", true},
    {"fd.net", "address", true},
    {"proc.aname", "text", true},
    {"proc.apid", "number", true},
};

constexpr const char* kTextValues[] = {
    "",
    "a",
    "b",
    "ab",
    "aB",
    "abc",
    "/etc",
    "/etc/a",
    "a b",
    "a/b",
    "/a/b",
    "5",
    "10",
    "-3",
    "YWI=",
    "a\xff"
    "b",
    "/b/a",
    "\xc3\xa9",
    "a\nb",
    "A",
    "-a",
    "-ab",
    "*",
};
constexpr const char* kAddressValues[] = {
    "10.0.0.1", "10.1.0.1",    "192.168.1.1",
    "::1",      "2001:db8::1", "::ffff:10.0.0.1",
};

}  // namespace

std::string Generator::Condition() { return Expr(3); }

std::string Generator::Expr(int depth) {
  if (depth == 0 || Below(4) == 0) return Comparison();
  if (Below(4) == 0) return absl::StrCat("not (", Expr(depth - 1), ")");
  std::string text = absl::StrCat("(", Expr(depth - 1));
  const char* op = Below(2) == 0 ? " and " : " or ";
  for (int i = Below(2); i >= 0; --i) {
    absl::StrAppend(&text, op, Expr(depth - 1));
  }
  return text + ")";
}

std::string Generator::Comparison() {
  switch (Below(13)) {
    case 0:
      return NumberComparison();
    case 1:
      return NumberComparison();
    case 2:
      return AddressComparison();
    case 3:
      return ListComparison();
    case 4:
      return BytesComparison();
    case 5:
      return RightComparison();
    case 6:
      return absl::StrCat("evt.type ", Pick({"=", "!="}), " ",
                          Pick(kEventTypes));
    case 7:
      return absl::StrCat("x.bool ", Pick({"= true", "!= false", "in (true)",
                                           "= anyof (true, false)", "exists"}));
    case 8:
      return absl::StrCat(Pick({"x.str", "x.int", "fd.ip", "proc.aname",
                                "x.uid", "x.strs", "b64(x.str)", "x.net"}),
                          " exists");
    case 9:
      return RegexComparisons();
    default:
      return TextComparison();
  }
}

std::string Generator::RegexComparisons() {
  const std::string left = TextOperand();
  std::string text = "(";
  const char* op = Below(2) == 0 ? " and " : " or ";
  for (int i = Below(4); i >= 0; --i) {
    absl::StrAppend(&text, Below(3) == 0 ? "not " : "", left, " regex ",
                    Pick(kRegexes), i > 0 ? op : ")");
  }
  return text;
}

std::string Generator::TextOperand() {
  switch (Below(14)) {
    case 0:
      return absl::StrCat("tolower(", Pick({"x.str", "x.path"}), ")");
    case 1:
      return "toupper(x.str)";
    case 2:
      return "basename(x.str)";
    case 3:
      return "b64(x.str)";
    case 4:
      return absl::StrCat("concat(x.str, ", Pick({"\"/\"", "x.str2"}), ")");
    case 5:
      return "join(\"/\", x.strs)";
    case 6:
      return "join(\",\", (x.str, x.int, \"b\"))";
    case 7:
      return "getopt(x.strs, \"ab:\")[a]";
    case 8:
      return "tolower(basename(x.str2))";
    default:
      return Pick(kTextFields);
  }
}

std::string Generator::TextComparison() {
  const std::string left = TextOperand();
  switch (Below(9)) {
    case 0:
      return absl::StrCat(left, " ", Pick(kOrders), " ", Number());
    case 1:
      return absl::StrCat(left, " ", Pick(kMembers), " ",
                          ListOf(&Generator::Text, 4));
    case 2:
      return absl::StrCat(left, " ", Pick({"glob", "iglob"}), " ",
                          Pick(kPatterns));
    case 3:
      return absl::StrCat(left, " regex ", Pick(kRegexes));
    case 4:
      return absl::StrCat(left, " pmatch (", Pick(kPaths), ", ", Pick(kPaths),
                          ")");
    case 5:
      return absl::StrCat(left, " ", Pick({"glob", "iglob"}), " ",
                          Pick(kModifiers), " (", Pick(kPatterns), ", ",
                          Pick(kPatterns), ")");
    case 6:
      return absl::StrCat(left, " ", Pick(kTextOperators), " ",
                          Pick(kModifiers), " ", ListOf(&Generator::Text, 4));
    default:
      return absl::StrCat(left, " ", Pick(kTextOperators), " ", Text());
  }
}

std::string Generator::NumberComparison() {
  const char* left = Pick(kNumberFields);
  switch (Below(4)) {
    case 0:
      return absl::StrCat(left, " ", Pick(kOrders), " ", Below(12));
    case 1:
      return absl::StrCat(left, " ", Pick(kMembers), " (", Below(4), ", ",
                          Below(12), ")");
    case 2:
      return absl::StrCat(left, " ", Pick({"=", "!="}), " ", Pick(kModifiers),
                          " (", Below(4), ", ", Below(4), ")");
    default:
      return absl::StrCat(left, " ", Pick({"=", "!="}), " ", Below(6));
  }
}

std::string Generator::AddressComparison() {
  const bool is_net = Below(2) == 0;
  const char* left =
      is_net ? Pick({"x.net", "fd.net"}) : Pick({"x.ip", "x.ip2", "fd.ip"});
  const auto item = is_net ? &Generator::Network : &Generator::Address;
  switch (Below(3)) {
    case 0:
      return absl::StrCat(left, " ", Pick(kMembers), " ", ListOf(item, 3));
    case 1:
      return absl::StrCat(left, " ", Pick({"=", "!="}), " ", Pick(kModifiers),
                          " ", ListOf(item, 3));
    default:
      return absl::StrCat(left, " ", Pick({"=", "!="}), " ", (this->*item)());
  }
}

std::string Generator::ListComparison() {
  const std::string op = Pick(kMembers);
  switch (Below(6)) {
    case 0:
      return absl::StrCat("x.uints ", op, " (", Below(4), ", ", Below(4), ")");
    case 1:
      return absl::StrCat("x.ips ", op, " ", ListOf(&Generator::Address, 3));
    case 2:
      return absl::StrCat("x.nets ", op, " ", ListOf(&Generator::Network, 3));
    case 3:
      return absl::StrCat("x.bools ", op, " (true)");
    case 4:
      return absl::StrCat(
          Pick({"tolower(x.strs)", "getopt(x.strs, \"ab:\")", "b64(x.strs)"}),
          " ", op, " ", ListOf(&Generator::Text, 4));
    default:
      return absl::StrCat("x.strs ", op, " ", ListOf(&Generator::Text, 4));
  }
}

std::string Generator::BytesComparison() {
  const char* left = Pick({"x.bytes", "b64(x.bytes)"});
  switch (Below(3)) {
    case 0:
      return absl::StrCat(left, " ", Pick({"bcontains", "bstartswith"}), " ",
                          Pick({"61", "6162", "ff", "\"\""}));
    case 1:
      return absl::StrCat(left, " in ", ListOf(&Generator::Text, 4));
    default:
      return absl::StrCat(
          left, " ", Pick({"=", "!=", "contains", "startswith", "endswith"}),
          " ", Text());
  }
}

std::string Generator::RightComparison() {
  switch (Below(6)) {
    case 0:
      return absl::StrCat(
          "x.str ",
          Pick({"=", "!=", "<", ">=", "in", "contains", "icontains",
                "startswith", "endswith", "glob", "iglob", "intersects"}),
          " ",
          Pick({"val(x.str2)", "toupper(x.str2)", "concat(x.str2, \"b\")"}));
    case 1:
      return absl::StrCat("x.uint ",
                          Pick({"=", "!=", "<", "<=", ">", ">=", "in"}), " ",
                          Pick({"val(x.uint2)", "len(x.str)"}));
    case 2:
      return absl::StrCat("x.ip ", Pick({"=", "!=", "in"}), " val(x.ip2)");
    case 3:
      return absl::StrCat("x.strs ", Pick(kMembers), " val(x.strs2)");
    case 4:
      return absl::StrCat("fd.ip ", Pick({"=", "!="}), " val(x.ip)");
    default:
      return absl::StrCat("proc.aname ", Pick({"=", "!=", "in"}),
                          " val(x.str)");
  }
}

std::string Generator::ListOf(std::string (Generator::*item)(), int max) {
  std::string text = "(";
  for (int i = Below(max + 1); i > 0; --i) {
    absl::StrAppend(&text, (this->*item)(), i > 1 ? ", " : "");
  }
  return text + ")";
}

std::string Generator::Text() { return Pick(kTexts); }
std::string Generator::Number() { return Pick({"5", "0", "10", "-3", "7"}); }
std::string Generator::Address() {
  return Pick({"10.0.0.1", "10.1.0.1", "::1", "2001:db8::1"});
}
std::string Generator::Network() {
  return Pick({"10.0.0.0/8", "10.0.0.0/31", "0.0.0.0/0", "2001:db8::/33",
               "::1/128", "192.168.0.0/17"});
}

GivenScalar Generator::RandomValue(const std::string& kind) {
  if (kind == "text") return std::string(Pick(kTextValues));
  if (kind == "bytes") return GivenBytes{Pick(kTextValues)};
  if (kind == "bool") return Below(2) == 0;
  if (kind == "number") return int64_t{Below(8) - 3};
  if (kind == "size") return int64_t{Below(8)};
  if (kind == "real") return Below(8) / 2.0;
  return std::string(Pick(kAddressValues));
}

GivenFields Generator::Fields() {
  GivenFields fields;
  fields["evt.type"] = One(std::string(Pick(kEventTypes)));
  if (Below(4) != 0) fields["evt.num"] = One(int64_t{1 + Below(3)});
  for (const Stock& stock : kStocks) {
    const int chance = Below(8);
    if (chance == 0) continue;  // absent
    GivenValue value;
    value.is_unknown = chance == 1;
    value.is_array = stock.several;
    int count = stock.several ? Below(4) : value.is_unknown ? 0 : 1;
    for (; count > 0; --count) value.items.push_back(RandomValue(stock.kind));
    fields[stock.field] = std::move(value);
  }
  return fields;
}

std::string Describe(const GivenFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&text, "  ", name, value.is_unknown ? " unknown" : "",
                    " =");
    for (const GivenScalar& item : value.items) {
      if (const auto* string = std::get_if<std::string>(&item)) {
        absl::StrAppend(&text, " \"", absl::CHexEscape(*string), "\"");
      } else if (const auto* bytes = std::get_if<GivenBytes>(&item)) {
        absl::StrAppend(&text, " ", absl::BytesToHexString(bytes->bytes));
      } else if (const auto* number = std::get_if<int64_t>(&item)) {
        absl::StrAppend(&text, " ", *number);
      } else if (const auto* real = std::get_if<double>(&item)) {
        absl::StrAppend(&text, " ", *real);
      } else if (const auto* truth = std::get_if<bool>(&item)) {
        absl::StrAppend(&text, *truth ? " true" : " false");
      }
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace eyrie::rules::testing
