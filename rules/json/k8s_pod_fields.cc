// SPDX-License-Identifier: Apache-2.0

#include "rules/json/k8s_pod_fields.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "rules/json/image_repository.h"
#include "rules/json/json_text.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kSpec = "/requestObject/spec";

// REQUIRES: `path` is one.
JsonPath ToPath(absl::string_view path) {
  return *JsonPath::Parse(path, JsonPath::Star::kElements);
}

int64_t IndexOf(const FieldArgument& argument) {
  return argument.is_index ? argument.index : -1;
}

// The member, or null.
const Json* Member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

void AddText(const Json& value, Scratch& scratch, FieldValues& out) {
  AddJsonValue(value, FieldType::kString, scratch, out);
}

JsonFieldSpec Spec(absl::string_view name, absl::string_view doc) {
  JsonFieldSpec spec;
  spec.name = std::string(name);
  spec.doc = std::string(doc);
  return spec;
}

JsonFieldSpec ListSpec(absl::string_view name, absl::string_view doc) {
  JsonFieldSpec spec = Spec(name, doc);
  spec.is_list = true;
  spec.argument_rule = ArgumentRule::kOptional;
  spec.argument_kind = ArgumentKind::kIndex;
  return spec;
}

// The repository part of images.
class Repositories : public JsonReader {
 public:
  using Cut = absl::string_view (*)(absl::string_view image);

  Repositories(JsonPath images, bool is_list, Cut cut)
      : images_(std::move(images)), is_list_(is_list), cut_(cut) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    images_.ForEach(event.document, IndexOf(argument), [&](const Json& image) {
      if (image.is_null() || (!is_list_ && !out.values.empty())) return;
      out.Add(Value::Text(cut_(JsonText(image, scratch))));
    });
  }

 private:
  const JsonPath images_;
  const bool is_list_;
  const Cut cut_;
};

// Words of a command, joined by blanks: one text for each container.
class JoinedWords : public JsonReader {
 public:
  explicit JoinedWords(JsonPath words) : words_(std::move(words)) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    words_.ForEach(event.document, IndexOf(argument), [&](const Json& words) {
      if (words.is_array()) out.Add(Value::Text(Join(words, scratch)));
    });
  }

 private:
  static absl::string_view Join(const Json& words, Scratch& scratch) {
    size_t size = 0;
    for (const Json& word : words) size += JsonText(word, scratch).size() + 1;
    char* const begin = scratch.Allocate(size);
    char* end = begin;
    for (const Json& word : words) {
      if (end != begin) *end++ = ' ';
      const absl::string_view text = JsonText(word, scratch);
      end = std::copy(text.begin(), text.end(), end);
    }
    return absl::string_view(begin, static_cast<size_t>(end - begin));
  }

  const JsonPath words_;
};

// Ports on the node that containers take: `hostPort`, or else the container's
// own, which is the node's on the node's network.
class HostPorts : public JsonReader {
 public:
  explicit HostPorts(JsonPath ports) : ports_(std::move(ports)) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    ports_.ForEach(event.document, IndexOf(argument), [&](const Json& port) {
      const Json* number = Member(port, "hostPort");
      if (number == nullptr) number = Member(port, "containerPort");
      if (number != nullptr) AddText(*number, scratch, out);
    });
  }

 private:
  const JsonPath ports_;
};

// The id that each container runs as: its own, else the pod's, else 0.
class EffectiveIds : public JsonReader {
 public:
  EffectiveIds(JsonPath containers, const char* member)
      : containers_(std::move(containers)),
        pod_id_(ToPath(absl::StrCat(kSpec, "/securityContext/", member))),
        member_(member) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    const Json* const pod_id = pod_id_.Find(event.document);
    containers_.ForEach(
        event.document, IndexOf(argument), [&](const Json& container) {
          const Json* const context = Member(container, "securityContext");
          const Json* id =
              context == nullptr ? nullptr : Member(*context, member_);
          if (id == nullptr) id = pod_id;
          if (id == nullptr || id->is_null()) {
            out.Add(Value::Text("0"));
          } else {
            AddText(*id, scratch, out);
          }
        });
  }

 private:
  const JsonPath containers_;
  const JsonPath pod_id_;
  const char* const member_;
};

// Kinds of volumes: what stands beside `name`.
class VolumeTypes : public JsonReader {
 public:
  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    volumes_.ForEach(event.document, IndexOf(argument),
                     [&](const Json& volume) {
                       if (!volume.is_object()) return;
                       for (const auto& [name, value] : volume.items()) {
                         if (name == "name" || value.is_null()) continue;
                         out.Add(Value::Text(scratch.Keep(name)));
                       }
                     });
  }

 private:
  const JsonPath volumes_ = ToPath(absl::StrCat(kSpec, "/volumes/*"));
};

// "true" if one of the containers is privileged, else "false".
class AnyPrivileged : public JsonReader {
 public:
  void Read(const JsonEvent& event, const FieldArgument&, Scratch&,
            FieldValues& out) const override {
    bool has_container = false;
    bool is_privileged = false;
    containers_.ForEach(event.document, -1, [&](const Json& container) {
      has_container = true;
      const Json* const context = Member(container, "securityContext");
      const Json* const value =
          context == nullptr ? nullptr : Member(*context, "privileged");
      is_privileged |=
          value != nullptr && value->is_boolean() && value->get<bool>();
    });
    if (has_container) out.Add(Value::Text(is_privileged ? "true" : "false"));
  }

 private:
  const JsonPath containers_ = ToPath(absl::StrCat(kSpec, "/containers/*"));
};

// "true" or "false": whether a volume is this path of the node, or below it if
// the argument ends in a star.
class UsesHostPath : public JsonReader {
 public:
  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    absl::string_view wanted = argument.key;
    const bool is_prefix = absl::ConsumeSuffix(&wanted, "*");
    bool has_path = false;
    bool is_used = false;
    paths_.ForEach(event.document, -1, [&](const Json& value) {
      if (value.is_null()) return;
      has_path = true;
      const absl::string_view path = JsonText(value, scratch);
      is_used |= is_prefix ? absl::StartsWith(path, wanted) : path == wanted;
    });
    if (has_path) out.Add(Value::Text(is_used ? "true" : "false"));
  }

 private:
  const JsonPath paths_ =
      ToPath(absl::StrCat(kSpec, "/volumes/*/hostPath/path"));
};

absl::Status RequireHostPath(FieldArgument& argument) {
  if (!argument.key.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "`ka.req.volume.hostpath` wants a path in brackets, or the beginning of "
      "one with `*` behind it");
}

// A row of the table of what each container has. `path` goes on from it.
struct ContainerRow {
  absl::string_view name;
  absl::string_view path;
  absl::string_view doc;
};

constexpr ContainerRow kContainerRows[] = {
    {"name", "/name", "Names"},
    {"image", "/image", "Images"},
    {"privileged", "/securityContext/privileged",
     "Whether they are privileged, true or false, where it is said,"},
    {"allow_privilege_escalation", "/securityContext/allowPrivilegeEscalation",
     "Whether they may gain privileges, true or false, where it is said,"},
    {"read_only_fs", "/securityContext/readOnlyRootFilesystem",
     "Whether the root file system is read-only, true or false, where it is "
     "said,"},
    {"run_as_user", "/securityContext/runAsUser",
     "User ids, where they are said,"},
    {"run_as_group", "/securityContext/runAsGroup",
     "Group ids, where they are said,"},
    {"proc_mount", "/securityContext/procMount", "Ways to mount /proc"},
    {"add_capabilities", "/securityContext/capabilities/add/*",
     "Capabilities added, all together,"},
};

void AddReader(absl::string_view name, absl::string_view doc,
               std::unique_ptr<const JsonReader> reader, JsonCatalog& catalog) {
  catalog.Add(ListSpec(name, doc), std::move(reader)).IgnoreError();
}

// The repositories of the images at `path`.
void AddRepositories(JsonFieldSpec spec, absl::string_view path,
                     JsonCatalog& catalog) {
  const bool is_list = spec.is_list;
  catalog
      .Add(std::move(spec),
           std::make_unique<Repositories>(ToPath(path), is_list,
                                          ImageRepository),
           std::make_unique<Repositories>(ToPath(path), is_list,
                                          ImageRepositoryInReference))
      .IgnoreError();
}

// Fields of one list of containers: `member` of the pod's spec.
void AddContainers(absl::string_view member, absl::string_view whose,
                   JsonCatalog& catalog) {
  const std::string prefix = absl::StrCat("ka.req.pod.", member, ".");
  const std::string path = absl::StrCat(kSpec, "/", member, "/*");
  for (const ContainerRow& row : kContainerRows) {
    AddK8sListField(
        absl::StrCat(prefix, row.name), absl::StrCat(path, row.path),
        absl::StrCat(row.doc, " of ", whose, "; [N] of one."), catalog);
  }
  AddRepositories(
      ListSpec(absl::StrCat(prefix, "image.repository"),
               absl::StrCat("Images of ", whose,
                            " without tag and digest; [N] of one.")),
      absl::StrCat(path, "/image"), catalog);
  AddReader(
      absl::StrCat(prefix, "command"),
      absl::StrCat("Commands of ", whose,
                   ", the words joined by blanks; [N] of one."),
      std::make_unique<JoinedWords>(ToPath(absl::StrCat(path, "/command"))),
      catalog);
  AddReader(absl::StrCat(prefix, "args"),
            absl::StrCat("Arguments of ", whose,
                         ", the words joined by blanks; [N] of one."),
            std::make_unique<JoinedWords>(ToPath(absl::StrCat(path, "/args"))),
            catalog);
  AddReader(absl::StrCat(prefix, "host_port"),
            absl::StrCat("Ports of the node that ", whose,
                         " take: hostPort, else containerPort; [N] of one."),
            std::make_unique<HostPorts>(ToPath(absl::StrCat(path, "/ports/*"))),
            catalog);
  AddReader(absl::StrCat(prefix, "eff_run_as_user"),
            absl::StrCat("User id of each of ", whose,
                         ": its own, else the pod's, else 0; [N] of one."),
            std::make_unique<EffectiveIds>(ToPath(path), "runAsUser"), catalog);
  AddReader(absl::StrCat(prefix, "eff_run_as_group"),
            absl::StrCat("Group id of each of ", whose,
                         ": its own, else the pod's, else 0; [N] of one."),
            std::make_unique<EffectiveIds>(ToPath(path), "runAsGroup"),
            catalog);
}

struct PodRow {
  absl::string_view name;
  absl::string_view path;
  absl::string_view doc;
};

constexpr PodRow kPodRows[] = {
    {"ka.req.container.host_network", "/hostNetwork",
     "Old name of ka.req.pod.host_network."},
    {"ka.req.container.image", "/containers/0/image",
     "Image of the first container."},
    {"ka.req.pod.fs_group", "/securityContext/fsGroup",
     "Group that owns the pod's volumes."},
    {"ka.req.pod.host_ipc", "/hostIPC",
     "true or false: whether the pod is in the node's IPC namespace."},
    {"ka.req.pod.host_network", "/hostNetwork",
     "true or false: whether the pod is on the node's network."},
    {"ka.req.pod.host_pid", "/hostPID",
     "true or false: whether the pod sees the node's processes."},
    {"ka.req.pod.run_as_group", "/securityContext/runAsGroup",
     "Group id of the pod."},
    {"ka.req.pod.run_as_user", "/securityContext/runAsUser",
     "User id of the pod."},
};

void AddVolumes(JsonCatalog& catalog) {
  AddK8sListField("ka.req.pod.volumes.hostpath",
                  absl::StrCat(kSpec, "/volumes/*/hostPath/path"),
                  "Paths of the node that volumes are; [N] of one.", catalog);
  AddK8sListField("ka.req.pod.volumes.flexvolume_driver",
                  absl::StrCat(kSpec, "/volumes/*/flexVolume/driver"),
                  "Drivers of flex volumes; [N] of one.", catalog);
  AddReader("ka.req.pod.volumes.volume_type",
            "Kinds of volumes: hostPath, configMap, ...; [N] of one.",
            std::make_unique<VolumeTypes>(), catalog);
  JsonFieldSpec spec = Spec(
      "ka.req.volume.hostpath",
      "true or false: whether a volume is this path of the node; [/var/*] is "
      "any that begins so. Absent without such volumes.");
  spec.argument_rule = ArgumentRule::kRequired;
  spec.argument_kind = ArgumentKind::kKey;
  spec.resolve = RequireHostPath;
  catalog.Add(std::move(spec), std::make_unique<UsesHostPath>()).IgnoreError();
}

}  // namespace

void AddK8sPodFields(JsonCatalog& catalog) {
  for (const PodRow& row : kPodRows) {
    catalog.AddPath(Spec(row.name, row.doc), absl::StrCat(kSpec, row.path))
        .IgnoreError();
  }
  AddContainers("containers", "the containers", catalog);
  AddContainers("initContainers", "the init containers", catalog);
  AddContainers("ephemeralContainers", "the ephemeral containers", catalog);
  AddVolumes(catalog);
  JsonFieldSpec groups =
      Spec("ka.req.pod.supplemental_groups", "Further group ids of the pod.");
  groups.is_list = true;
  catalog
      .AddPath(std::move(groups),
               absl::StrCat(kSpec, "/securityContext/supplementalGroups/*"))
      .IgnoreError();
  AddRepositories(Spec("ka.req.container.image.repository",
                       "Image of the first container without tag and digest."),
                  absl::StrCat(kSpec, "/containers/0/image"), catalog);
  catalog
      .Add(Spec("ka.req.container.privileged",
                "true if one of the containers is privileged, else false."),
           std::make_unique<AnyPrivileged>())
      .IgnoreError();
}

void AddK8sListField(absl::string_view name, absl::string_view path,
                     absl::string_view doc, JsonCatalog& catalog) {
  catalog.AddPath(ListSpec(name, doc), path).IgnoreError();
}

}  // namespace eyrie::rules
