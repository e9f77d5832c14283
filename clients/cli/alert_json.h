// SPDX-License-Identifier: Apache-2.0
//
// Detections in the JSON form of Falco's alerts.

#ifndef EYRIE_CLIENTS_CLI_ALERT_JSON_H_
#define EYRIE_CLIENTS_CLI_ALERT_JSON_H_

#include <string>

#include "eyrie/v1/incident.pb.h"

namespace eyrie::cli {

// `detection` in one line, without a line end, with the keys time, rule,
// priority, output, output_fields, source, tags, hostname and uuid, so that
// what reads Falco's alerts reads ours. Output fields are in alphabetical
// order; whole numbers are written without fraction and exponent. Bytes that
// are no UTF-8 become U+FFFD.
std::string ToAlertJson(const v1::Detection& detection);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_ALERT_JSON_H_
