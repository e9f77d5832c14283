// SPDX-License-Identifier: Apache-2.0
//
// Stage 4 of the rule engine: the text of a condition to its syntax tree.
//
//   Condition   = Or .
//   Or          = And { "or" ( BLANK And | Group ) } .
//   And         = Not { "and" ( BLANK Not | Group ) } .
//   Not         = { "not" BLANK } ( "not" Group | Check ) .
//   Check       = Group | Left Comparison | Macro .
//   Group       = "(" Or ")" .
//   Macro       = Identifier .
//   Left        = Field | Transformer .
//   Comparison  = "exists"
//               | NumberOp ( RightField | Number )
//               | TextOp BLANK Modifier BLANK List
//               | TextOp ( RightField | Text )
//               | ListOp ( RightField | List ) .
//   NumberOp    = "<=" | "<" | ">=" | ">" .
//   TextOp      = "==" | "=" | "!="
//               | ( "glob" | "iglob" | "contains" | "icontains" | "bcontains"
//                 | "startswith" | "bstartswith" | "endswith" | "regex" ) BLANK
//                 .
//   ListOp      = "intersects" | "in" | "pmatch" .
//   Modifier    = "oneof" | "anyof" | "allof" .
//   List        = "(" [ Text { "," Text } ] ")" | Identifier .
//   RightField  = "val(" Field ")" | Transformer .
//   Transformer = ( "tolower" | "toupper" | "b64" | "basename" | "len" | "join"
//                 | "concat" | "getopt" )
//                 "(" Argument { "," Argument } ")" [ "[" FieldArgument "]" ] .
//   Argument    = Simple | "(" [ Simple { "," Simple } ] ")" .
//   Simple      = Transformer | Field | Quoted | Number .
//   Field       = FieldName [ "[" FieldArgument "]" ] .
//   FieldArgument = Quoted | [^\]\["'\s]+ .
//   FieldName   = Identifier "." Identifier { "." Identifier } .
//   Identifier  = [a-zA-Z]+[a-zA-Z0-9_]* .
//   Text        = Quoted | [^()"'\s=,]+ .
//   Number      = "0x" [0-9a-zA-Z]+
//               | [+-]?[0-9]+.?[0-9]*([eE][+-][0-9]+)? .
//   BLANK       = ( space | tab | backspace | CR | LF )+ .
//
// Blanks may stand between all parts but before the "(" of "val" and of
// transformers, and around the "[" and "]" of an argument. Keywords are matched
// as prefixes: `fd.port in(1,2)` and `proc.name existsand x` are conditions. A
// modifier that no list follows is a text. Quoted is '...' or "..." with the
// escapes \b \f \n \r \t \\ \/ \xHH, \" between double and \' between single
// quotes; backslash and blank stand for a backslash, as in the reference.
//
// This differs from the reference where that has defects: a text may end in an
// escaped backslash, an invalid escape is an error everywhere, and a list
// behind a modifier may be called `or_list`. It keeps that `or(` takes the
// group alone: `a or(b) and c` is an error, `a or (b) and c` is none.

#ifndef EYRIE_RULES_SYNTAX_PARSER_H_
#define EYRIE_RULES_SYNTAX_PARSER_H_

#include <optional>

#include "absl/strings/string_view.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/parser_limits.h"

namespace eyrie::rules {

// Parses a whole condition. Null if it has a mistake; the first one is added to
// `diagnostics`. Ranges of the tree point to where `text` says its bytes stood.
//
// Thread safety: a pure function.
ast::ExprPtr ParseCondition(const LocatedText& text, const ParserLimits& limits,
                            Diagnostics& diagnostics);

// Parses the left side of a comparison: a field or a transformer. For the
// `fields` of exceptions.
std::optional<ast::Operand> ParseLeftSide(const LocatedText& text,
                                          const ParserLimits& limits,
                                          Diagnostics& diagnostics);

// An operator with its modifier: "contains anyof".
struct ComparisonOperator {
  ast::Operator op;
  ast::Modifier modifier = ast::Modifier::kNone;
  SourceRange range;

  // Whether its right side is a list.
  bool takes_list() const {
    return modifier != ast::Modifier::kNone || op == ast::Operator::kIn ||
           op == ast::Operator::kIntersects || op == ast::Operator::kPmatch;
  }
};

// Parses an operator. For the `comps` of exceptions.
std::optional<ComparisonOperator> ParseOperator(const LocatedText& text,
                                                Diagnostics& diagnostics);

// Parses one value as it may stand in a list of a rule file: a text in quotes
// of its own, as in a condition; or a bare text that reaches to the end. A bare
// text with a blank is read as if in double quotes, as the reference does.
std::optional<ast::Literal> ParseValue(const LocatedText& text,
                                       const ParserLimits& limits,
                                       Diagnostics& diagnostics);

// Parses `(a, b)`, or the name of a list.
std::optional<ast::LiteralList> ParseList(const LocatedText& text,
                                          const ParserLimits& limits,
                                          Diagnostics& diagnostics);

// Whether `text` is a number as it may follow `<`.
bool IsNumber(absl::string_view text);

// Whether `text` begins like `val(...)` or a transformer call.
bool IsRightField(absl::string_view text);

// Parses `val(field)` or a transformer call. REQUIRES: IsRightField(text).
std::optional<ast::Operand> ParseRightField(const LocatedText& text,
                                            const ParserLimits& limits,
                                            Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_PARSER_H_
