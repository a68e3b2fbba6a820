package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ratchets that neither the compiler nor the formatter holds, over the sources of all modules, tests included. */
class HouseRulesTest {
    private static final int METHOD_LINES_MAX = 70;
    private static final int FILE_LINES_MAX = 500;
    private static final int COLUMNS_MAX = 120;
    /** Put together here, or this file would be the first to be found. */
    private static final Pattern LEFTOVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

    private static final Pattern DATA_PATH =
            Pattern.compile("/src/main/java/io/millrace/server/(queue|channel|routing|connection)/");

    @Test
    void filesAreShort() {
        List<String> offenders = new ArrayList<>();
        for (Path file : SourceTree.files()) {
            int lines = SourceTree.lines(file).size();
            if (lines > FILE_LINES_MAX) {
                offenders.add(name(file) + ": " + lines + " lines");
            }
        }
        assertEquals(List.of(), offenders);
    }

    @Test
    void linesAreShortAndNothingIsLeftForLater() {
        List<String> offenders = new ArrayList<>();
        for (Path file : SourceTree.files()) {
            List<String> lines = SourceTree.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.codePointCount(0, line.length()) > COLUMNS_MAX
                        || LEFTOVER.matcher(line).find()) {
                    offenders.add(name(file) + ":" + (i + 1) + ": " + line.strip());
                }
            }
        }
        assertEquals(List.of(), offenders);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        List<Path> offenders = SourceTree.mainPackageFolders().stream()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .toList();
        assertEquals(List.of(), offenders);
    }

    @Test
    void methodsAreShortAndTheDataPathDoesNotSynchronize() throws IOException {
        Scanner scanner = scan(SourceTree.files());
        assertTrue(scanner.methods > 0, "no method seen: the scan is broken");
        assertEquals(List.of(), scanner.offenders);
    }

    @Test
    void theScanFindsWhatItLooksFor(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("x/src/main/java/io/millrace/server/queue/Bad.java");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "class Bad {\n  void longest() {" + "\n".repeat(METHOD_LINES_MAX) + "}\n"
                        + "  synchronized void lock() { synchronized (this) { lock(); } }\n}\n");
        assertEquals(3, scan(List.of(file)).offenders.size());
    }

    private static Scanner scan(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            Scanner scanner = new Scanner(Trees.instance(task).getSourcePositions());
            for (CompilationUnitTree unit : task.parse()) {
                scanner.scan(unit, unit);
            }
            return scanner;
        }
    }

    private static String name(Path file) {
        return file.startsWith(SourceTree.ROOT)
                ? SourceTree.ROOT.relativize(file).toString()
                : file.toString();
    }

    private static final class Scanner extends TreeScanner<Void, CompilationUnitTree> {
        private final SourcePositions positions;
        private final List<String> offenders = new ArrayList<>();
        private int methods;

        private Scanner(SourcePositions positions) {
            this.positions = positions;
        }

        @Override
        public Void visitMethod(MethodTree method, CompilationUnitTree unit) {
            methods++;
            long lines = line(unit, positions.getEndPosition(unit, method)) - startLine(unit, method) + 1;
            if (lines > METHOD_LINES_MAX) {
                offenders.add(place(unit, method) + method.getName() + " has " + lines + " lines");
            }
            if (method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
                refuseOnTheDataPath(unit, method);
            }
            return super.visitMethod(method, unit);
        }

        @Override
        public Void visitSynchronized(SynchronizedTree block, CompilationUnitTree unit) {
            refuseOnTheDataPath(unit, block);
            return super.visitSynchronized(block, unit);
        }

        private void refuseOnTheDataPath(CompilationUnitTree unit, Tree tree) {
            if (DATA_PATH.matcher(unit.getSourceFile().toUri().getPath()).find()) {
                offenders.add(place(unit, tree) + "synchronized on the data path");
            }
        }

        private String place(CompilationUnitTree unit, Tree tree) {
            return name(Path.of(unit.getSourceFile().toUri())) + ":" + startLine(unit, tree) + ": ";
        }

        private long startLine(CompilationUnitTree unit, Tree tree) {
            return line(unit, positions.getStartPosition(unit, tree));
        }

        private static long line(CompilationUnitTree unit, long position) {
            LineMap map = unit.getLineMap();
            return map.getLineNumber(position);
        }
    }
}
