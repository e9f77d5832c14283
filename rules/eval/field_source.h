// SPDX-License-Identifier: Apache-2.0
//
// Where an evaluation reads the values of fields.

#ifndef EYRIE_RULES_EVAL_FIELD_SOURCE_H_
#define EYRIE_RULES_EVAL_FIELD_SOURCE_H_

#include "rules/check/bound_expr.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/field.h"

namespace eyrie::rules {

// Reads fields: of an event, or of a table that a person wrote.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  // Puts what `use` says into `out`. Strings are borrowed from the source or
  // stand in `scratch`.
  virtual void Read(const FieldUse& use, Scratch& scratch,
                    FieldValues& out) const = 0;
};

// The fields of one event.
class EventSource final : public FieldSource {
 public:
  // Borrows `event`.
  explicit EventSource(const Event& event) : event_(event) {}

  void Read(const FieldUse& use, Scratch& scratch,
            FieldValues& out) const override {
    if (use.field->owner == Owner::kCentre && !event_.at_centre) {
      out.Clear(Presence::kUnknown);
      return;
    }
    out.Clear();
    use.field->read(event_, use.argument, scratch, out);
  }

 private:
  const Event& event_;
};

// Another source's fields, with no value where theirs is not known: for
// Compat::unknown_is_absent.
class KnownSource final : public FieldSource {
 public:
  // Borrows `source`.
  explicit KnownSource(const FieldSource& source) : source_(source) {}

  void Read(const FieldUse& use, Scratch& scratch,
            FieldValues& out) const override {
    source_.Read(use, scratch, out);
    if (out.presence != Presence::kUnknown) return;
    out.presence = out.values.empty() ? Presence::kAbsent : Presence::kPresent;
  }

 private:
  const FieldSource& source_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_FIELD_SOURCE_H_
