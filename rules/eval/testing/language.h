// SPDX-License-Identifier: Apache-2.0
//
// Shorthands for tests of conditions.

#ifndef EYRIE_RULES_EVAL_TESTING_LANGUAGE_H_
#define EYRIE_RULES_EVAL_TESTING_LANGUAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/check/types.h"
#include "rules/eval/given_fields.h"

namespace eyrie::rules::testing {

// Fields of every type and kind, for tests that need no real ones: x.str,
// x.str2, x.path, x.bytes, x.bool, x.int, x.int8, x.uint, x.uint2, x.uint32,
// x.real, x.port, x.port2, x.ip, x.ip2, x.net, x.duration, x.time, x.uid,
// x.env[KEY], lists x.strs, x.strs2, x.uints, x.bools, x.ips, x.nets, x.ints;
// fd.ip, fd.port, fd.net (either end), proc.aname, proc.apid (any ancestor),
// ka.verb, evt.type, evt.num.
const Catalog& TestCatalog();

// Values for GivenFields.
GivenValue One(GivenScalar value);
GivenValue Many(std::vector<GivenScalar> values);
// Not known, but for these.
GivenValue Unknown(std::vector<GivenScalar> known = {});

absl::string_view TruthName(Truth truth);

// The verdict on `condition` over the fields of TestCatalog(): "true", "false",
// "unknown", or for a mistake its code in brackets: "[bad-operator]". Fails the
// test if the evaluator and the reference do not agree.
std::string Judge(const std::string& condition, const GivenFields& fields);

// The checked condition. Null if it has a mistake.
BoundExprPtr Bind(const std::string& condition);

// Diagnostics of checking `condition`, as Diagnostics::ToString().
std::string CheckText(const std::string& condition);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_EVAL_TESTING_LANGUAGE_H_
