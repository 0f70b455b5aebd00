/**
 * The kubelet's protocols towards plugins on its node, as generated classes. The sources are the
 * {@code .proto} files of this module: written for Vireo, compatible on the wire with kubelet 1.35.
 *
 * <ul>
 *   <li>{@code io.vireo.kubelet.deviceplugin}: device plugin v1beta1 ({@code DevicePluginGrpc},
 *       {@code RegistrationGrpc})
 *   <li>{@code io.vireo.kubelet.registration}: plugin registration v1 ({@code RegistrationGrpc})
 *   <li>{@code io.vireo.kubelet.podresources}: PodResources v1 ({@code PodResourcesListerGrpc})
 * </ul>
 *
 * <p>All of them are spoken over unix sockets, which Netty's NIO transport does without native
 * code. A server:
 *
 * <pre>{@code
 * var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
 * Server server =
 *     NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(path))
 *         .channelType(NioServerDomainSocketChannel.class)
 *         .bossEventLoopGroup(group)
 *         .workerEventLoopGroup(group)
 *         .addService(service)
 *         .build()
 *         .start();
 * }</pre>
 *
 * <p>A client:
 *
 * <pre>{@code
 * ManagedChannel channel =
 *     NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(path))
 *         .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
 *         .eventLoopGroup(group)
 *         .usePlaintext()
 *         .build();
 * }</pre>
 *
 * <p>Netty does not remove the socket's file when the server ends, and binding fails while it
 * exists. A path has at most 107 bytes.
 */
@NullMarked
package io.vireo.kubelet;

import org.jspecify.annotations.NullMarked;
