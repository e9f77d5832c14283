// SPDX-License-Identifier: Apache-2.0
//
// Tests of metrics as a page shows them.

#include "common/metrics.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricRegistryTest, ShowsEveryKind) {
  MetricRegistry metrics;
  const Counter counter = metrics.AddCounter("b_count", "Counts.");
  counter.Increment();
  counter.Increment(2.5);
  const Gauge gauge =
      metrics.AddGauge("c_level", "Goes up and down.", {{"a", "1"}});
  gauge.Set(7);
  gauge.Add(-9);
  const Histogram histogram =
      metrics.AddHistogram("a_seconds", "Takes time.", {0.5, 1, 10});
  histogram.Observe(0.25);
  histogram.Observe(1);
  histogram.Observe(100);
  EXPECT_EQ(metrics.ToOpenMetrics(),
            "# TYPE a_seconds histogram\n"
            "# HELP a_seconds Takes time.\n"
            "a_seconds_bucket{le=\"0.5\"} 1\n"
            "a_seconds_bucket{le=\"1.0\"} 2\n"
            "a_seconds_bucket{le=\"10.0\"} 2\n"
            "a_seconds_bucket{le=\"+Inf\"} 3\n"
            "a_seconds_count 3\n"
            "a_seconds_sum 101.25\n"
            "# TYPE b_count counter\n"
            "# HELP b_count Counts.\n"
            "b_count_total 3.5\n"
            "# TYPE c_level gauge\n"
            "# HELP c_level Goes up and down.\n"
            "c_level{a=\"1\"} -2\n"
            "# EOF\n");
  EXPECT_EQ(counter.value(), 3.5);
  EXPECT_EQ(gauge.value(), -2);
}

TEST(MetricRegistryTest, EmptyRegistryIsAPage) {
  EXPECT_EQ(MetricRegistry().ToOpenMetrics(), "# EOF\n");
}

TEST(MetricRegistryTest, SameNameAndLabelsAreTheSameMetric) {
  MetricRegistry metrics;
  metrics.AddCounter("c", "Counts.", {{"a", "1"}, {"b", "2"}}).Increment();
  const Counter again =
      metrics.AddCounter("c", "Counts.", {{"b", "2"}, {"a", "1"}});
  again.Increment();
  EXPECT_EQ(again.value(), 2);
  EXPECT_THAT(metrics.ToOpenMetrics(),
              HasSubstr("c_total{a=\"1\",b=\"2\"} 2\n"));
}

TEST(MetricRegistryTest, HandlesWithoutRegistryDoNothing) {
  const Counter counter;
  const Gauge gauge;
  const Histogram histogram;
  counter.Increment();
  gauge.Set(1);
  gauge.Add(1);
  histogram.Observe(1);
  EXPECT_EQ(counter.value(), 0);
  EXPECT_EQ(gauge.value(), 0);
}

TEST(MetricRegistryTest, EscapesLabelValues) {
  MetricRegistry metrics;
  metrics
      .AddGauge("g", "Say \"x\\y\"\nz.",
                {{"v", "a\"b\\c\nd\xc3\xa9\xff\xe2\x82"}})
      .Set(1);
  EXPECT_THAT(metrics.ToOpenMetrics(),
              HasSubstr("# HELP g Say \\\"x\\\\y\\\"\\nz.\n"
                        "g{v=\"a\\\"b\\\\c\\nd\xc3\xa9???\"} 1\n"));
}

TEST(MetricRegistryTest, BoundsTheNumberOfSeries) {
  MetricRegistry metrics({.max_series = 3});
  for (int i = 0; i < 3; ++i) {
    metrics.AddCounter("c", "Counts.", {{"node", absl::StrCat("n", i)}})
        .Increment();
  }
  EXPECT_THAT(metrics.ToOpenMetrics(), Not(HasSubstr("other")));
  for (int i = 3; i < 10; ++i) {
    metrics.AddCounter("c", "Counts.", {{"node", absl::StrCat("n", i)}})
        .Increment();
  }
  const std::string page = metrics.ToOpenMetrics();
  EXPECT_THAT(page, HasSubstr("c_total{node=\"n2\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("n3")));
  EXPECT_THAT(page, HasSubstr("c_total{node=\"other\"} 7\n"));
  EXPECT_THAT(page, HasSubstr("eyrie_metrics_limited_total{metric=\"c\"} 7\n"));
  // Those that are there can still be had.
  metrics.AddCounter("c", "Counts.", {{"node", "n1"}}).Increment();
  EXPECT_THAT(metrics.ToOpenMetrics(), HasSubstr("c_total{node=\"n1\"} 2\n"));
}

TEST(MetricRegistryTest, CallsBackForEveryPage) {
  MetricRegistry metrics({.max_series = 2});
  int calls = 0;
  metrics.AddGaugeCallback("queue", "Waits.", {{"queue", "in"}},
                           [&] { return ++calls; });
  metrics.AddGaugeCallback("queue", "Waits.", {{"queue", "out"}},
                           [] { return 0.5; });
  metrics.AddCounterCallback("seen", "Counts.", {}, [] { return 1e6; });
  std::vector<MetricSample> nodes = {
      {{{"node", "a"}}, 1}, {{{"node", "b"}}, 2}, {{{"node", "c"}}, 3}};
  metrics.AddCounterCallback("by_node", "Counts.", [&] { return nodes; });
  EXPECT_THAT(metrics.ToOpenMetrics(),
              HasSubstr("queue{queue=\"in\"} 1\nqueue{queue=\"out\"} 0.5\n"));
  const std::string page = metrics.ToOpenMetrics();
  EXPECT_THAT(page, HasSubstr("queue{queue=\"in\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("seen_total 1e+06\n"));
  EXPECT_THAT(page, HasSubstr("by_node_total{node=\"b\"} 2\n"));
  EXPECT_THAT(page, Not(HasSubstr("node=\"c\"")));
  EXPECT_THAT(page, HasSubstr("eyrie_metrics_limited_total{metric=\"by_node\"}"
                              " 2\n"));
  nodes.clear();
  EXPECT_THAT(metrics.ToOpenMetrics(), Not(HasSubstr("by_node_total")));
}

TEST(MetricRegistryTest, CountsFromManyThreads) {
  MetricRegistry metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        metrics.AddCounter("c", "Counts.", {{"n", absl::StrCat(n % 3)}})
            .Increment();
        if (n % 100 == 0) metrics.ToOpenMetrics();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  for (int n = 0; n < 3; ++n) {
    sum += metrics.AddCounter("c", "Counts.", {{"n", absl::StrCat(n)}}).value();
  }
  EXPECT_EQ(sum, 4000);
}

TEST(MetricRegistryTest, RefusesMistakesOfOurs) {
  MetricRegistry metrics;
  metrics.AddCounter("c", "Counts.");
  EXPECT_DEATH(metrics.AddGauge("c", "Counts."), "metric c is of two kinds");
  EXPECT_DEATH(metrics.AddCounter("c_total", "Counts."),
               "\"c_total\" is no name of a metric");
  EXPECT_DEATH(metrics.AddCounter("a-b", "Counts."), "is no name of a metric");
  EXPECT_DEATH(metrics.AddCounter("d", "Counts.", {{"le", "1"}}),
               "\"le\" is no name of a label");
}

}  // namespace
}  // namespace eyrie
