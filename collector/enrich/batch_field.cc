// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/batch_field.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>

namespace eyrie::collector {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

void AppendFieldHead(int number, size_t size, std::string* out) {
  uint8_t head[20];
  uint8_t* end = CodedOutputStream::WriteTagToArray(
      WireFormatLite::MakeTag(number,
                              WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
      head);
  end =
      CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  out->append(reinterpret_cast<const char*>(head),
              static_cast<size_t>(end - head));
}

void AppendMessage(int number, const google::protobuf::MessageLite& message,
                   std::string* out) {
  AppendFieldHead(number, message.ByteSizeLong(), out);
  message.AppendToString(out);
}

}  // namespace eyrie::collector
