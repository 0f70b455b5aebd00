package io.vireo.dev.images;

import com.sun.jna.Native;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

/** Runs in the node-executor's image: loads JNA and libvirt as that does, and says so. */
final class LibvirtProbe {

  private LibvirtProbe() {}

  public static void main(String[] args) throws LibvirtException {
    // Our own folder, and nothing unpacked into a temporary one.
    System.out.println("jna " + Native.VERSION_NATIVE);
    Connect test = new Connect("test:///default");
    System.out.println("libvirt " + test.getType());
    test.close();
  }
}
