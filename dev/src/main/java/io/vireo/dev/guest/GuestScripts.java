package io.vireo.dev.guest;

import java.util.List;

/** What the guest does. */
final class GuestScripts {

  /** In this order: each needs those before it. */
  static final List<String> MODULES =
      List.of(
          "virtio_ring",
          "virtio",
          "virtio_pci_modern_dev",
          "virtio_pci_legacy_dev",
          "virtio_pci",
          "virtio_console",
          "virtio_blk",
          "failover",
          "net_failover",
          "virtio_net",
          "virtio_balloon",
          "virtio-rng",
          "cdrom",
          "isofs",
          "button",
          "evdev");

  /** Boot loader's settings; the kernel's options save half a second under emulation. */
  static final String SYSLINUX =
      """
      SERIAL 0 115200
      DEFAULT tiny
      PROMPT 0
      TIMEOUT 0
      LABEL tiny
        LINUX vmlinuz
        INITRD initrd
        APPEND console=ttyS0 quiet mitigations=off nokaslr tsc=reliable no_timer_check \
      cryptomgr.notests 8250.nr_uarts=1 audit=0 nowatchdog panic=5
      """;

  static final String INIT =
      """
      #!/bin/sh
      mount -t proc proc /proc
      mount -t sysfs sys /sys
      mount -t devtmpfs dev /dev
      mkdir -p /dev/pts
      mount -t devpts devpts /dev/pts
      mount -t tmpfs tmpfs /run
      hostname vireo-tiny
      for module in $(cat /etc/modules); do
        insmod "/lib/modules/$module.ko"
      done
      ip link set lo up
      echo "vireo-tiny: boot id $(cat /proc/sys/kernel/random/boot_id)"
      if [ -e /sys/class/net/eth0 ]; then
        ip link set eth0 up
        udhcpc -i eth0 -b -S -s /etc/udhcpc.script > /dev/null 2>&1 &
      fi
      acpid -c /etc/acpi -l /dev/null
      mkdir -p /run/cidata
      # The disk shows up at once, but its partition table is read a moment later.
      device=$(findfs LABEL=cidata 2> /dev/null) || device=$(findfs LABEL=CIDATA 2> /dev/null)
      if [ -n "$device" ] && mount -o ro "$device" /run/cidata; then
        /etc/cidata
      fi
      exec /sbin/init
      """;

  static final String CIDATA =
      """
      #!/bin/sh
      cd /run/cidata
      name=$(sed -n 's/^local-hostname: *//p' meta-data 2> /dev/null | tr -d '"'"'" | head -n 1)
      if [ -n "$name" ]; then
        hostname "$name"
      fi
      echo "vireo-tiny: instance $(sed -n 's/^instance-id: *//p' meta-data 2> /dev/null)"
      if [ -r user-data ] && [ "$(head -c 9 user-data)" = "#!/bin/sh" ]; then
        # The volume may be mounted without execution, and it is read-only.
        cp user-data /run/user-data
        sh /run/user-data 2>&1
        echo "vireo-tiny: user-data ended with $?"
      elif [ -r user-data ] && head -n 1 user-data | grep -q '^#cloud-config'; then
        /etc/cloud-config
      elif [ -r user-data ]; then
        echo "vireo-tiny: user-data is neither a shell script nor cloud-config, left alone"
      fi
      """;

  static final String DHCP =
      """
      #!/bin/sh
      case "$1" in
        deconfig)
          ip addr flush dev "$interface"
          ip link set "$interface" up
          ;;
        bound|renew)
          ip addr flush dev "$interface"
          ip addr add "$ip/${mask:-24}" dev "$interface"
          [ -n "$router" ] && ip route replace default via "${router%% *}" dev "$interface"
          : > /etc/resolv.conf
          for server in $dns; do
            echo "nameserver $server" >> /etc/resolv.conf
          done
          ;;
      esac
      exit 0
      """;

  static final String POWER_BUTTON =
      """
      #!/bin/sh
      echo "vireo-tiny: power button" > /dev/console
      sync
      poweroff -f
      """;

  static final String INITTAB =
      """
      ::once:/etc/services
      ttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100
      ::ctrlaltdel:/sbin/reboot -f
      """;

  private GuestScripts() {}
}
