#!/bin/sh
# One node of the development stack: containerd and a kubelet in namespaces of their own, so that
# this machine's processes, mounts, interfaces, firewall and sysctls stay what they are, and all of
# the node ends with its first process, whoever kills it.
#
# Three stages, each in the namespaces that the one before has made:
#   host      what the supervisor starts
#   machine   network, mounts and host name of the node; still sees this machine's processes
#   init      the node's own processes; the first of them is tini
#
# From the environment:
#   NODE_NAME, NODE_DIR              the node, and the folder with its state and settings
#   PROGRAMS                         folder with kubelet, kube-proxy, CoreDNS, containerd and its shim
#   NODE_BRIDGE, NODE_LINK           interfaces on this machine's side; the bridge is there already
#   NODE_ADDRESS, NODE_PREFIX        of the node
#   NODE_ADDRESS6                    of the node; empty if this machine has no IPv6
#   HOST_ADDRESS                     of this machine, as the node sees it
#   POD_RANGE, PODS                  addresses of the node's pods, and of all pods
#   POD_ROUTES                       of each other node a line: its pods' addresses, its own address
set -eu

stage=${1:-host}
self=$0

host() {
  # By this, the next stage finds this machine's network again.
  exec 9</proc/self/ns/net
  exec unshare --net --mount --uts --ipc --propagation slave sh "$self" machine
}

outside() {
  nsenter --net=/proc/self/fd/9 "$@"
}

machine() {
  link_up
  mount_folders
  echo "$NODE_NAME" >/proc/sys/kernel/hostname
  exec 7<&- 8<&- 9<&-
  cd /
  exec unshare --pid --fork --kill-child tini -- sh /mnt/node/node.sh init
}

link_up() {
  # What a killed node has left goes with its network, but not at once.
  outside ip link delete "$NODE_LINK" 2>/dev/null || true
  outside ip link add "$NODE_LINK" type veth peer name eth0 netns $$
  outside ip link set "$NODE_LINK" master "$NODE_BRIDGE" up
  ip link set lo up
  ip address add "$NODE_ADDRESS/$NODE_PREFIX" dev eth0
  ip link set eth0 up
  ip route add default via "$HOST_ADDRESS"
  if [ -n "$NODE_ADDRESS6" ]; then
    # Values of this network alone, as ip_forward is below.
    echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/default/disable_ipv6
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
    ip address add "$NODE_ADDRESS6/64" dev eth0 nodad
  fi
  echo "$POD_ROUTES" | while read -r range node; do
    [ -z "$range" ] || ip route add "$range" via "$node"
  done
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # What is outside of the pods' network knows no way back into it.
  nft -f - <<RULES
table ip vireo {
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr $POD_RANGE ip daddr != $PODS masquerade
  }
}
RULES
}

# A folder of this machine, as the node sees it: what is there, below what the node writes.
over() {
  mkdir -p "/mnt/over$1/upper" "/mnt/over$1/work"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=/mnt/over$1/upper,workdir=/mnt/over$1/work" "$1"
}

mount_folders() {
  # By descriptor: they may lie below a folder that is covered now.
  exec 7<"$NODE_DIR" 8<"$PROGRAMS"
  mount -t tmpfs -o mode=755,size=64m tmpfs /mnt
  mkdir /mnt/node /mnt/programs
  mount --no-canonicalize --bind /proc/self/fd/7 /mnt/node
  mount --no-canonicalize --bind /proc/self/fd/8 /mnt/programs
  over /etc
  cp -R /mnt/node/etc/. /etc/
  over /var/lib
  for name in kubelet containerd cni vireo; do
    mkdir -p "/mnt/node/$name" "/var/lib/$name"
    mount --bind "/mnt/node/$name" "/var/lib/$name"
  done
  mkdir -p /mnt/node/log
  mount --bind /mnt/node/log /var/log
  mount -t tmpfs -o mode=755,size=256m tmpfs /run
  mkdir -p /run/lock /run/vireo
}

# The kubelet wants these values and would set them for the whole machine.
sysctl_seems() {
  file=/mnt/sysctl-$(echo "$1" | tr / -)
  echo "$2" >"$file"
  mount --bind "$file" "/proc/sys/$1"
}

# forever COMMAND...: as an init system would.
forever() {
  name=$1
  while :; do
    "$@" >>"/var/log/$name.log" 2>&1 </dev/null || true
    sleep 0.5
  done
}

init() {
  mount -t proc proc /proc
  sysctl_seems vm/overcommit_memory 1
  sysctl_seems vm/panic_on_oom 0
  sysctl_seems kernel/panic 10
  sysctl_seems kernel/panic_on_oops 1
  sysctl_seems kernel/keys/root_maxkeys 1000000
  sysctl_seems kernel/keys/root_maxbytes 25000000
  export PATH="/mnt/programs:/usr/sbin:/usr/bin:/sbin:/bin"
  forever containerd --config /etc/containerd/config.toml &
  while [ ! -S /run/containerd/containerd.sock ]; do
    sleep 0.05
  done
  forever kubelet --config /etc/kubernetes/kubelet.yaml --kubeconfig /etc/kubernetes/kubelet.kubeconfig \
    --hostname-override "$NODE_NAME" --node-ip "$NODE_ADDRESS" --root-dir /var/lib/kubelet &
  forever kube-proxy --config /etc/kubernetes/kube-proxy.yaml &
  forever coredns -conf /etc/coredns/Corefile &
  wait
}

"$stage"
