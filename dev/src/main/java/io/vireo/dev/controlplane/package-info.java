/**
 * A Kubernetes control plane on loopback, without root: etcd, kube-apiserver, kube-scheduler and
 * kube-controller-manager as processes of this user, with the manifests of {@code k8s/} applied.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.controlplane.Binaries}: finds, downloads or builds the programs
 *   <li>{@link io.vireo.dev.controlplane.Pki}: certificates and kubeconfigs
 *   <li>{@link io.vireo.dev.controlplane.ControlPlaneFlags}: the command lines
 *   <li>{@link io.vireo.dev.controlplane.ControlPlane}: starts, restarts and stops the four parts
 *   <li>{@link io.vireo.dev.controlplane.Manifests}: applies what ships in {@code k8s/}
 *   <li>{@link io.vireo.dev.controlplane.Webhooks}: lets it ask an api that is a process
 * </ul>
 *
 * Deliberately absent: nodes; see {@code io.vireo.dev.nodeagent}.
 */
@NullMarked
package io.vireo.dev.controlplane;

import org.jspecify.annotations.NullMarked;
