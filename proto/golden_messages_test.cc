// SPDX-License-Identifier: Apache-2.0
//
// Tests that messages of every release of v1 can still be read: what was
// written once (*.binpb) must mean what it meant then (*.textpb).

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/message_differencer.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "eyrie/v1/collector_service.pb.h"
#include "eyrie/v1/event.pb.h"
#include "eyrie/v1/incident.pb.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;
using ::google::protobuf::util::MessageDifferencer;

std::string ReadGolden(const std::string& name) {
  std::ifstream file("proto/testdata/golden/v1/" + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Whether no part of `message` holds fields without a name.
bool KnowsAllFields(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return false;
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!KnowsAllFields(reflection.GetMessage(message, field))) return false;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (!KnowsAllFields(reflection.GetRepeatedMessage(message, field, i))) {
        return false;
      }
    }
  }
  return true;
}

template <typename T>
void ExpectReadable(const std::string& name) {
  const std::string bytes = ReadGolden(name + ".binpb");
  ASSERT_FALSE(bytes.empty()) << name;
  T read, expected;
  ASSERT_TRUE(read.ParseFromString(bytes)) << name;
  EXPECT_TRUE(KnowsAllFields(read)) << name << ": a field was removed";
  ASSERT_TRUE(
      TextFormat::ParseFromString(ReadGolden(name + ".textpb"), &expected))
      << name << ": a field was renamed or removed";
  EXPECT_TRUE(MessageDifferencer::Equals(read, expected)) << name << ":\n"
                                                          << read.DebugString();
}

TEST(GoldenMessagesTest, AreRead) {
  ExpectReadable<v1::Hello>("hello");
  ExpectReadable<v1::EventBatch>("event_batch");
  ExpectReadable<v1::Detection>("detection");
  ExpectReadable<v1::Incident>("incident");
}

}  // namespace
}  // namespace eyrie
