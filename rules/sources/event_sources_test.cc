// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/event_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"

#include "rules/check/default_catalog.h"

namespace eyrie::rules {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;

const EventSources& Sources() {
  static const EventSources* const sources = [] {
    auto* const made = new EventSources;
    EXPECT_TRUE(made->Add(MakeK8sAuditSource()).ok());
    return made;
  }();
  return *sources;
}

TEST(EventSourcesTest, EachSourceHasFieldsOfItsOwn) {
  const EventSources* const sources = &Sources();
  const Catalog* const audit = sources->CatalogOf("k8s_audit");
  ASSERT_NE(audit, nullptr);
  EXPECT_EQ(sources->CatalogOf("syscall"), &DefaultCatalog());
  EXPECT_EQ(sources->CatalogOf("nothing"), nullptr);
  EXPECT_EQ(sources->Find("syscall"), nullptr);

  std::string ignored;
  EXPECT_NE(audit->Find("ka.verb", &ignored), nullptr);
  EXPECT_NE(audit->Find("json.value", &ignored), nullptr);
  EXPECT_EQ(audit->Find("proc.name", &ignored), nullptr);
  EXPECT_EQ(DefaultCatalog().Find("ka.verb", &ignored), nullptr);
  // Both have it, and each has its own.
  EXPECT_NE(audit->Find("evt.num", &ignored), nullptr);
  EXPECT_NE(audit->Find("evt.num", &ignored),
            DefaultCatalog().Find("evt.num", &ignored));
}

TEST(EventSourcesTest, AnyCatalogHasTheFieldsOfAll) {
  const EventSources* const sources = &Sources();
  const Catalog& any = sources->any_catalog();
  std::string argument;
  EXPECT_EQ(any.Find("evt.num", &argument),
            DefaultCatalog().Find("evt.num", &argument));
  const FieldInfo* const images =
      any.Find("ka.req.pod.containers.image", &argument);
  ASSERT_NE(images, nullptr);
  EXPECT_TRUE(any.ParseArgument(*images, true, "2").ok());
  EXPECT_FALSE(any.ParseArgument(*images, true, "02").ok());
  const FieldInfo* const flags = any.Find("evt.arg.flags", &argument);
  ASSERT_NE(flags, nullptr);
  EXPECT_EQ(argument, "flags");
  EXPECT_FALSE(any.ParseArgument(*flags, true, "nonsense").ok());
  EXPECT_EQ(any.Find("ka.nothing", &argument), nullptr);
  EXPECT_THAT(any.Names(), IsSupersetOf({"proc.name", "ka.verb"}));
}

TEST(EventSourcesTest, KnowsSourcesAndPlugins) {
  const KnownSources known = Sources().Known();
  EXPECT_EQ(known.sources[0], "syscall");
  EXPECT_THAT(known.sources, Contains("k8s_audit"));
  EXPECT_THAT(known.plugins,
              IsSupersetOf({"container", "json", "k8smeta", "k8saudit"}));
}

TEST(EventSourcesTest, RefusesASecondSourceOfAName) {
  EventSources sources;
  EXPECT_TRUE(sources.json_sources().empty());
  EXPECT_TRUE(sources.Add(MakeK8sAuditSource()).ok());
  EXPECT_EQ(sources.Add(MakeK8sAuditSource()).code(),
            absl::StatusCode::kAlreadyExists);
  auto kernel = std::make_unique<JsonSource>();
  kernel->name = "syscall";
  EXPECT_EQ(sources.Add(std::move(kernel)).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(sources.json_sources().size(), 1u);
}

}  // namespace
}  // namespace eyrie::rules
