package io.millrace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The Java sources of all modules. */
final class SourceTree {
    /** The folder that holds all modules, found from wherever the tests are started. */
    static final Path ROOT = root();

    private SourceTree() {}

    /** Every source file, of tests too, in a stable order. */
    static List<Path> files() {
        return modules().stream()
                .flatMap(module -> walk(module.resolve("src")).stream())
                .filter(file -> file.toString().endsWith(".java"))
                .toList();
    }

    /** The folders that hold main source files, of every module. */
    static List<Path> mainPackageFolders() {
        return files().stream()
                .filter(file ->
                        file.toString().contains(Path.of("src", "main", "java").toString()))
                .map(Path::getParent)
                .distinct()
                .toList();
    }

    /** The names of the packages with main source files beside their package-info, in these modules. */
    static Set<String> mainPackages(String... modules) {
        Set<String> packages = new TreeSet<>();
        for (String module : modules) {
            Path sources = ROOT.resolve(module).resolve("src/main/java");
            walk(sources).stream()
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                    .forEach(packages::add);
        }
        return packages;
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> modules() {
        try (Stream<Path> children = Files.list(ROOT)) {
            return children.filter(child -> Files.exists(child.resolve("pom.xml")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> walk(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> below = Files.walk(folder)) {
            return below.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
