// SPDX-License-Identifier: Apache-2.0

#include "rules/check/operand_binder.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

using ast::Transform;

bool IsText(const ValueType& type) {
  return type.type == FieldType::kString || type.type == FieldType::kPath;
}

bool IsPlainString(const ValueType& type) {
  return type.type == FieldType::kString && !type.is_list();
}

bool IsGetoptList(const Operand& operand) {
  return operand.kind == Operand::Kind::kTransform &&
         operand.transform == Transform::kGetopt && operand.option == 0;
}

// Binds one tree of operands.
class Binder {
 public:
  Binder(const Catalog& catalog, UnknownNames unknown, Diagnostics& diagnostics)
      : catalog_(catalog), unknown_(unknown), diagnostics_(diagnostics) {}

  OperandPtr Bind(const ast::Operand& operand, bool in_transformer) {
    if (const auto* field = std::get_if<ast::FieldRef>(&operand)) {
      OperandPtr bound = BindField(*field);
      if (bound != nullptr && in_transformer &&
          bound->use.field->no_transformer) {
        diagnostics_.Error("not-transformable", field->range,
                           absl::StrCat("field `", field->name,
                                        "` cannot stand in a transformer"));
        return nullptr;
      }
      return bound;
    }
    if (const auto* literal = std::get_if<ast::Literal>(&operand)) {
      return BindLiteral(*literal);
    }
    if (const auto* call =
            std::get_if<std::shared_ptr<const ast::TransformCall>>(&operand)) {
      return BindCall(**call);
    }
    return BindList(
        *std::get<std::shared_ptr<const ast::OperandList>>(operand));
  }

  OperandPtr BindField(const ast::FieldRef& ref) {
    std::string dot_argument;
    const FieldInfo* field = catalog_.Find(ref.name, &dot_argument);
    if (field == nullptr) {
      const std::string nearest = NearestName(ref.name, catalog_.Names());
      ReportUnknown("unknown-field", ref.range,
                    absl::StrCat("unknown field `", ref.name, "`"),
                    nearest.empty()
                        ? "`eyrie rules fields` lists all fields"
                        : absl::StrCat("did you mean `", nearest, "`?"),
                    unknown_, diagnostics_);
      return nullptr;
    }
    const bool given = ref.has_argument || !dot_argument.empty();
    absl::StatusOr<FieldArgument> argument = catalog_.ParseArgument(
        *field, given, ref.has_argument ? ref.argument : dot_argument);
    if (!argument.ok()) {
      ReportUnknown(
          "bad-argument", ref.has_argument ? ref.argument_range : ref.range,
          std::string(argument.status().message()), "", unknown_, diagnostics_);
      return nullptr;
    }
    auto bound = std::make_shared<Operand>();
    bound->kind = Operand::Kind::kField;
    bound->type = {field->type, field->bits, field->quantifier};
    if (given && field->quantifier == Quantifier::kAny) {
      bound->type.quantifier = Quantifier::kScalar;  // proc.aname[2]
    }
    bound->use = {field, *std::move(argument),
                  ref.has_argument
                      ? absl::StrCat(ref.name, "[", ref.argument, "]")
                      : ref.name};
    bound->text = bound->use.text;
    return bound;
  }

 private:
  OperandPtr BindLiteral(const ast::Literal& literal) {
    auto bound = std::make_shared<Operand>();
    bound->kind = Operand::Kind::kText;
    bound->literal = literal.text;
    bound->text = absl::StrCat("\"", absl::CHexEscape(literal.text), "\"");
    return bound;
  }

  OperandPtr BindList(const ast::OperandList& list) {
    auto bound = std::make_shared<Operand>();
    bound->kind = Operand::Kind::kList;
    bound->type.quantifier = Quantifier::kList;
    if (!BindArguments(list.items, bound->arguments)) return nullptr;
    for (const OperandPtr& item : bound->arguments) {
      if (item->type.is_list()) {
        diagnostics_.Error("bad-transformer", list.range,
                           absl::StrCat("`", item->text,
                                        "` is a list and cannot be an element "
                                        "of one"));
        return nullptr;
      }
    }
    bound->text = absl::StrCat("(", Texts(bound->arguments), ")");
    return bound;
  }

  OperandPtr BindCall(const ast::TransformCall& call) {
    auto bound = std::make_shared<Operand>();
    bound->kind = Operand::Kind::kTransform;
    bound->transform = call.transform;
    if (!BindArguments(call.arguments, bound->arguments)) return nullptr;
    bound->text = absl::StrCat(TransformText(call.transform), "(",
                               Texts(bound->arguments), ")");
    std::string mistake = CheckSelector(call, *bound);
    if (mistake.empty()) mistake = SetType(*bound);
    if (!mistake.empty()) {
      diagnostics_.Error("bad-transformer", call.range, std::move(mistake));
      return nullptr;
    }
    return bound;
  }

  bool BindArguments(const std::vector<ast::Operand>& operands,
                     std::vector<OperandPtr>& bound) {
    bool ok = true;
    for (const ast::Operand& operand : operands) {
      bound.push_back(Bind(operand, /*in_transformer=*/true));
      ok = ok && bound.back() != nullptr;
    }
    return ok;
  }

  static std::string Texts(const std::vector<OperandPtr>& operands) {
    return absl::StrJoin(operands, ", ",
                         [](std::string* out, const OperandPtr& operand) {
                           absl::StrAppend(out, operand->text);
                         });
  }

  // Returns what is wrong with the brackets after a call, if anything.
  static std::string CheckSelector(const ast::TransformCall& call,
                                   Operand& bound) {
    if (!call.has_selector) return "";
    if (call.transform != Transform::kGetopt) {
      return absl::StrCat("transformer `", TransformText(call.transform),
                          "` takes no brackets");
    }
    if (call.selector.size() != 1) {
      return "the brackets of `getopt` take one option letter";
    }
    bound.option = call.selector[0];
    absl::StrAppend(&bound.text, "[", absl::CHexEscape(call.selector), "]");
    return "";
  }

  // Sets the type of a call from its arguments. Returns what is wrong, if
  // anything.
  static std::string SetType(Operand& call) {
    switch (call.transform) {
      case Transform::kJoin:
        return SetJoinType(call);
      case Transform::kConcat:
        return SetConcatType(call);
      case Transform::kGetopt:
        return SetGetoptType(call);
      case Transform::kVal:
        return "`val` stands only directly on the right of an operator";
      default:
        break;
    }
    if (call.arguments.size() != 1) {
      return absl::StrCat("transformer `", TransformText(call.transform),
                          "` takes one argument");
    }
    const ValueType& type = call.arguments[0]->type;
    call.type = type;
    const bool is_bytes = type.type == FieldType::kBytes;
    bool ok = IsText(type);
    if (call.transform == Transform::kB64) {
      ok = is_bytes || type.type == FieldType::kString;
    } else if (call.transform == Transform::kLen) {
      ok = ok || is_bytes || type.is_list();
      call.type = {FieldType::kUint64, 64,
                   type.is_list() ? Quantifier::kScalar : type.quantifier};
    }
    if (ok) return "";
    return absl::StrCat("transformer `", TransformText(call.transform),
                        "` does not take `", call.arguments[0]->text, "`, a ",
                        FieldTypeName(type.type));
  }

  static std::string SetJoinType(Operand& call) {
    if (call.arguments.size() != 2) {
      return "`join` takes a separator and a list";
    }
    if (!IsPlainString(call.arguments[0]->type)) {
      return "the first argument of `join` must be a string";
    }
    // The reference takes the options of `getopt` for one value here.
    if (!call.arguments[1]->type.is_list() ||
        IsGetoptList(*call.arguments[1])) {
      return "the second argument of `join` must be a list";
    }
    return "";
  }

  static std::string SetConcatType(Operand& call) {
    if (call.arguments.size() < 2) {
      return "`concat` takes two arguments or more";
    }
    for (const OperandPtr& argument : call.arguments) {
      if (!IsPlainString(argument->type)) {
        return absl::StrCat("`concat` takes strings, and `", argument->text,
                            "` is none");
      }
      if (argument->type.quantifier == Quantifier::kEither) {
        call.type.quantifier = Quantifier::kEither;
      }
    }
    return "";
  }

  static std::string SetGetoptType(Operand& call) {
    if (call.arguments.size() != 2) {
      return "`getopt` takes a list of arguments and the option letters";
    }
    const ValueType& list = call.arguments[0]->type;
    if (!list.is_list() || list.type != FieldType::kString) {
      return "the first argument of `getopt` must be a list of strings";
    }
    if (!IsPlainString(call.arguments[1]->type)) {
      return "the second argument of `getopt` must be a string";
    }
    call.type.quantifier =
        call.option == 0 ? Quantifier::kList : Quantifier::kScalar;
    return "";
  }

  const Catalog& catalog_;
  const UnknownNames unknown_;
  Diagnostics& diagnostics_;
};

}  // namespace

void ReportUnknown(absl::string_view code, const SourceRange& range,
                   std::string message, std::string hint, UnknownNames unknown,
                   Diagnostics& diagnostics) {
  if (unknown == UnknownNames::kSkip) {
    diagnostics.Warning(code, range, std::move(message),
                        "the rule is skipped, as it says "
                        "`skip-if-unknown-filter`");
  } else {
    diagnostics.Error(code, range, std::move(message), std::move(hint));
  }
}

OperandPtr BindOperand(const ast::Operand& operand, const Catalog& catalog,
                       UnknownNames unknown, Diagnostics& diagnostics) {
  return Binder(catalog, unknown, diagnostics)
      .Bind(operand, /*in_transformer=*/false);
}

OperandPtr BindRightSide(const ast::Operand& operand, const Catalog& catalog,
                         UnknownNames unknown, Diagnostics& diagnostics) {
  Binder binder(catalog, unknown, diagnostics);
  const auto* call =
      std::get_if<std::shared_ptr<const ast::TransformCall>>(&operand);
  if (call == nullptr || (*call)->transform != Transform::kVal) {
    return binder.Bind(operand, /*in_transformer=*/false);
  }
  const ast::FieldRef* field =
      (*call)->arguments.size() == 1
          ? std::get_if<ast::FieldRef>(&(*call)->arguments[0])
          : nullptr;
  if (field == nullptr) {
    diagnostics.Error("bad-transformer", (*call)->range,
                      "`val` takes one field");
    return nullptr;
  }
  OperandPtr bound = binder.BindField(*field);
  if (bound != nullptr &&
      (bound->use.field->no_transformer || bound->use.field->no_right_side)) {
    diagnostics.Error(
        "not-on-the-right", field->range,
        absl::StrCat("field `", field->name, "` cannot stand on the right"));
    return nullptr;
  }
  return bound;
}

}  // namespace eyrie::rules
