#!/usr/bin/env bash
# The jar, from a source package as a user gets it, in a project and a Maven repository of their own: java.sh [PREFIX],
# where the library is installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
prefix=$(cd "${1:-$HOSTBILL_PREFIX}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=${SWIG:-swig}

make -s -C "$root/bindings/java" dist DIST="$work/source" BUILD="$work/wrapper" SWIG="$swig" HOSTBILL_PREFIX="$prefix"
# No SWIG from here on, and nothing of the checkout.
cd "$work/source"
make -s jar HOSTBILL_PREFIX="$prefix" SWIG=false
jar=$work/source/target/hostbill-0.1.0.jar

symbols=$(cd "$work" && unzip -q "$jar" 'io/hostbill/native/*' && nm -D --defined-only io/hostbill/native/*/libhostbill_java.so |
    awk '{ print $3 }' | grep -v '^Java_io_hostbill_NativeJNI_' || true)
[ -z "$symbols" ] || { echo "exported: $symbols"; exit 1; }

# A user's project: Maven finds the jar, and by its pom what the jar needs.
mvn -q -B install:install-file -DpomFile=pom.xml -Dfile="$jar" -DlocalRepositoryPath="$work/repository" >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
mkdir -p "$work/user/src/main/java" "$work/elsewhere" "$work/tmp"
cat >"$work/user/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>user</groupId>
  <artifactId>user</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories>
    <repository>
      <id>here</id>
      <url>file://$work/repository</url>
      <releases><checksumPolicy>ignore</checksumPolicy></releases>
    </repository>
  </repositories>
  <dependencies>
    <dependency>
      <groupId>io.hostbill</groupId>
      <artifactId>hostbill</artifactId>
      <version>0.1.0</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.13.0</version>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.7.0</version>
      </plugin>
    </plugins>
  </build>
</project>
XML
cat >"$work/user/src/main/java/Program.java" <<'JAVA'
import io.hostbill.*;

public class Program {
    public static void main(String[] arguments) {
        try (Sandbox sandbox = Sandbox.builder().portal("time4vps").start(); Client client = sandbox.client()) {
            if (client.servers().list().size() == 0) {
                throw new IllegalStateException("no servers");
            }
            try {
                client.servers().get(999999);
                throw new IllegalStateException("found");
            } catch (NotFoundException expected) {
                System.out.println(Hostbill.version());
            }
        }
        if (Hostbill.liveObjects() != 0) {
            throw new IllegalStateException("not everything was given back");
        }
    }
}
JAVA
installed=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/io/hostbill
before=$([ -e "$installed" ] && echo there || true)
cd "$work/user"
mvn -q -B compile dependency:copy-dependencies -DoutputDirectory="$work/jars" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
# What this run put into the user's repository goes again.
[ "$before" = there ] || rm -rf "$installed"
rm -rf "$work/source" "$work/wrapper"
cd "$work/elsewhere"
said=$(env -u HOSTBILL_LIBRARY -u HOSTBILL_SANDBOX_LIBRARY java -Djava.io.tmpdir="$work/tmp" -cp "$work/user/target/classes:$work/jars/*" Program)
[ "$said" = 0.1.0 ] || { echo "unexpected: $said"; exit 1; }
left=$(ls "$work/tmp")
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
echo "1 passed, 0 failed"
