package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.cli.Table.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables fit, and do not grow in memory. */
class TableTest {

    private final List<String> lines = new ArrayList<>();

    private Table table(int columns) {
        return new Table(List.of(Column.text("NAME"), Column.number("SIZE")), columns, Paint.NONE, lines::add);
    }

    @Test
    void theFirstColumnGivesWay() {
        Table table = table(24);
        table.row(List.of("lab/a-rather-long-name.fa", "1.0 GiB"));
        table.end();

        assertThat(lines).containsExactly("NAME                SIZE", "lab/a-r…name.fa  1.0 GiB");
    }

    @Test
    void withoutRowsThereIsNoHead() {
        table(80).end();

        assertThat(lines).isEmpty();
    }

    @Test
    void aFullPageIsPrintedAtOnce() {
        Table table = table(80);
        for (int i = 0; i < Table.PAGE_ROWS - 1; i++) {
            table.row(List.of("name", "1 B"));
        }
        assertThat(lines).isEmpty();

        table.row(List.of("name", "1 B"));

        assertThat(lines).hasSize(Table.PAGE_ROWS + 1);
        table.row(List.of("a name that is longer than those before", "1 B"));
        table.end();
        assertThat(lines).last().isEqualTo("a name that is longer than those before   1 B");
        assertThat(table.rows()).isEqualTo(Table.PAGE_ROWS + 1);
    }

    @Test
    void aRowHasACellForEveryColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> table(80).row(List.of("one")));
    }
}
