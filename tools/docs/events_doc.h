// SPDX-License-Identifier: Apache-2.0
//
// The page docs/events.md.

#ifndef EYRIE_TOOLS_DOCS_EVENTS_DOC_H_
#define EYRIE_TOOLS_DOCS_EVENTS_DOC_H_

#include <string>

namespace eyrie {

// All events with their arguments as Markdown, made from the event catalogue.
std::string EventsDoc();

}  // namespace eyrie

#endif  // EYRIE_TOOLS_DOCS_EVENTS_DOC_H_
