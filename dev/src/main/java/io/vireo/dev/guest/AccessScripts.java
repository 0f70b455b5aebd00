package io.vireo.dev.guest;

/**
 * How others come into the guest: by IPv6, the agent, and ssh for whom the guest's user data says
 * so. Nobody has a key of it beforehand, and its host keys are made when they are first needed.
 */
final class AccessScripts {

  /** Once the login prompt is there: nobody waits for these. */
  static final String SERVICES =
      """
      #!/bin/sh
      sleep 1
      block=$(sed -n 's/.* vireo.programs=\\([0-9]*\\).*/\\1/p' /proc/cmdline)
      if disk=$(findfs LABEL=TINY) && [ -n "$block" ]; then
        dd if="$disk" bs=64k skip="$block" 2> /dev/null | (cd / && cpio -i -d -u) 2> /dev/null
      fi
      mkdir -p /dev/virtio-ports /var/run /var/lib/dhcpcd
      if [ -e /sys/class/net/eth0 ]; then
        # IPv6 by router advertisement and DHCPv6; names are looked up by IPv4.
        dhcpcd -6 -b -q -f /dev/null -c /bin/true eth0 > /dev/null 2>&1
      fi
      for port in /sys/class/virtio-ports/*; do
        [ -r "$port/name" ] && ln -sf "../${port##*/}" "/dev/virtio-ports/$(cat "$port/name")"
      done
      if [ -e /dev/virtio-ports/org.qemu.guest_agent.0 ]; then
        qemu-ga -d -t /run -f /run/qemu-ga.pid
      fi
      # An empty password is for the console only.
      if grep -q '^root:[^:]' /etc/passwd; then
        dropbear -R
      elif [ -s /root/.ssh/authorized_keys ]; then
        dropbear -R -s
      fi
      """;

  /** Keys and a password for root, which is this guest's only user. */
  static final String CLOUD_CONFIG =
      """
      #!/bin/sh
      # The part of cloud-init's format that this guest understands; the rest is left alone.
      # ssh_authorized_keys: a list, one key a line
      # password: text
      unquoted() {
        sed -e 's/[[:space:]]*$//' -e 's/^"\\(.*\\)"$/\\1/' -e "s/^'\\(.*\\)'$/\\1/"
      }
      keys=$(awk '
        /^[^ \\t#-]/ { list = ($1 == "ssh_authorized_keys:") }
        list && sub(/^[ \\t]*-[ \\t]+/, "")' user-data | unquoted)
      if [ -n "$keys" ]; then
        mkdir -p -m 700 /root/.ssh
        echo "$keys" > /root/.ssh/authorized_keys
        chmod 600 /root/.ssh/authorized_keys
        echo "vireo-tiny: user-data gave $(echo "$keys" | wc -l) ssh key(s)"
      fi
      password=$(sed -n 's/^password:[[:space:]]*//p' user-data | head -n 1 | unquoted)
      if [ -n "$password" ]; then
        hash=$(echo "$password" | mkpasswd -m sha512 -P 0)
        echo "root:$hash:0:0:root:/root:/bin/sh" > /etc/passwd
        echo "vireo-tiny: user-data gave a password"
      fi
      """;

  static final String OS_RELEASE =
      """
      NAME="Vireo tiny guest"
      ID=vireo-tiny
      ID_LIKE=debian
      VERSION="1"
      VERSION_ID="1"
      PRETTY_NAME="Vireo tiny guest 1"
      """;

  private AccessScripts() {}
}
