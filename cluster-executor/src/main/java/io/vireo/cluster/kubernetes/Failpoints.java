package io.vireo.cluster.kubernetes;

import io.vireo.cluster.core.ApiRequest.Effect;
import io.vireo.health.Failpoint;

/** The failpoints beside each request that changes something. */
final class Failpoints {

  private Failpoints() {}

  static void before(Effect effect) {
    switch (effect) {
      case NONE -> {}
      case SECRET_CREATE -> Failpoint.pass("cluster.secret.create.before");
      case POD_CREATE -> Failpoint.pass("cluster.pod.create.before");
      case POD_DELETE -> Failpoint.pass("cluster.pod.delete.before");
      case POD_READY -> Failpoint.pass("cluster.pod.ready.before");
      case STATUS_WRITE -> Failpoint.pass("cluster.status.write.before");
      case FINALIZER_REMOVE -> Failpoint.pass("cluster.finalizer.remove.before");
      case REVISION_CREATE -> Failpoint.pass("cluster.revision.create.before");
      case VMI_CREATE -> Failpoint.pass("cluster.vmi.create.before");
      case VMI_ADOPT -> Failpoint.pass("cluster.vmi.adopt.before");
      case VMI_DELETE -> Failpoint.pass("cluster.vmi.delete.before");
      case OWNER_STATUS -> Failpoint.pass("cluster.owner.status.before");
      case OWNER_METADATA -> Failpoint.pass("cluster.owner.metadata.before");
      case EVENT_CREATE -> Failpoint.pass("cluster.event.create.before");
      case NODE_LABEL -> Failpoint.pass("cluster.node.label.before");
    }
  }

  static void after(Effect effect) {
    switch (effect) {
      case NONE -> {}
      case SECRET_CREATE -> Failpoint.pass("cluster.secret.create.after");
      case POD_CREATE -> Failpoint.pass("cluster.pod.create.after");
      case POD_DELETE -> Failpoint.pass("cluster.pod.delete.after");
      case POD_READY -> Failpoint.pass("cluster.pod.ready.after");
      case STATUS_WRITE -> Failpoint.pass("cluster.status.write.after");
      case FINALIZER_REMOVE -> Failpoint.pass("cluster.finalizer.remove.after");
      case REVISION_CREATE -> Failpoint.pass("cluster.revision.create.after");
      case VMI_CREATE -> Failpoint.pass("cluster.vmi.create.after");
      case VMI_ADOPT -> Failpoint.pass("cluster.vmi.adopt.after");
      case VMI_DELETE -> Failpoint.pass("cluster.vmi.delete.after");
      case OWNER_STATUS -> Failpoint.pass("cluster.owner.status.after");
      case OWNER_METADATA -> Failpoint.pass("cluster.owner.metadata.after");
      case EVENT_CREATE -> Failpoint.pass("cluster.event.create.after");
      case NODE_LABEL -> Failpoint.pass("cluster.node.label.after");
    }
  }
}
