// SPDX-License-Identifier: Apache-2.0
//
// Makes the event of a rule's test case.

#ifndef EYRIE_RULES_TESTING_FIXTURE_EVENT_H_
#define EYRIE_RULES_TESTING_FIXTURE_EVENT_H_

#include <memory>

#include "rules/fields/testing/event_builder.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::rules::testing {

// The builder of the event that `fixture` describes: Build() gives it.
//
// Adds what a sensor would: a file that was opened is a regular one whose real
// path is the one asked for; a socket speaks TCP, and its ends are the address
// given and 192.0.2.1:40000.
std::unique_ptr<EventBuilder> MakeFixtureEvent(const RuleFixture& fixture);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_FIXTURE_EVENT_H_
