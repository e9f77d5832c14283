// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>

#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

v1::Container WithMounts() {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::COMPLETE);
  v1::Container::Mount* mount = container.add_mounts();
  mount->set_source("/srv/data");
  mount->set_destination("/data");
  mount->set_mode("Z");
  mount->set_is_writable(true);
  mount->set_propagation("rprivate");
  mount = container.add_mounts();
  mount->set_source("/etc/hosts");
  mount->set_destination("/etc/hosts");
  return container;
}

TEST(MountFieldsTest, SelectsByNumberOrGlob) {
  EventBuilder builder("openat");
  builder.Container(WithMounts());
  ExpectFields(
      builder.Build(),
      {{"container.mounts",
        "/srv/data:/data:Z:true:rprivate,/etc/hosts:/etc/hosts::false:"},
       {"container.mount[0]", "/srv/data:/data:Z:true:rprivate"},
       {"container.mount[1]", "/etc/hosts:/etc/hosts::false:"},
       {"container.mount[2]", "<absent>"},
       {"container.mount[/srv/*]", "/srv/data:/data:Z:true:rprivate"},
       {"container.mount[/data]", "<absent>"},
       {"container.mount.dest[/srv/data]", "/data"},
       {"container.mount.dest[/e*]", "/etc/hosts"},
       // The first that matches; a glob matches all of a path.
       {"container.mount.dest[/*]", "/data"},
       {"container.mount.dest[/etc]", "<absent>"},
       {"container.mount.source[/data]", "/srv/data"},
       {"container.mount.source[0]", "/srv/data"},
       {"container.mount.source[/srv/data]", "<absent>"},
       {"container.mount.mode[/srv/data]", "Z"},
       {"container.mount.mode[1]", "<absent>"},
       {"container.mount.rdwr[/srv/data]", "true"},
       {"container.mount.rdwr[/etc/*]", "false"},
       {"container.mount.propagation[0]", "rprivate"},
       {"container.mount.propagation[1]", "<absent>"}});
}

TEST(MountFieldsTest, MountsThatAreNotKnown) {
  const struct {
    v1::Container::Metadata metadata;
    const char* expected;
  } cases[] = {{v1::Container::COMPLETE, "<absent>"},
               {v1::Container::LATE, "<absent>"},
               {v1::Container::METADATA_UNSPECIFIED, "<unknown>"}};
  for (const auto& test : cases) {
    v1::Container container;
    container.set_id(std::string(64, 'a'));
    container.set_metadata(test.metadata);
    EventBuilder builder("openat");
    builder.Container(container);
    ExpectFields(builder.Build(), {{"container.mounts", test.expected},
                                   {"container.mount.dest[0]", test.expected},
                                   {"container.mount[/etc]", test.expected}});
  }
}

}  // namespace
}  // namespace eyrie::rules
