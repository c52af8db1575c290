"""Facts in, Grafana's own model out, by its SDK."""

from collections.abc import Iterable
from typing import Final, TypeVar

from grafana_foundation_sdk.builders import bargauge, common, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as grafana
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueTextMode,
    LegendDisplayMode,
    LegendPlacement,
    TooltipDisplayMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    GridPos,
    VariableRefresh,
)

from deploy.grafana.facts import Dashboard, Panel

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${source}")
HEIGHT: Final = {"lines": 8, "bars": 8, "number": 4}
COLUMNS: Final = 24

T = TypeVar("T", timeseries.Panel, stat.Panel, bargauge.Panel)


def as_json(dashboard: Dashboard) -> str:
    """Write a dashboard as Grafana reads it: the same facts give the same bytes."""
    return JSONEncoder(sort_keys=True, indent=1).encode(_build(dashboard).build()) + "\n"


def _build(dashboard: Dashboard) -> grafana.Dashboard:
    page = (
        grafana.Dashboard(dashboard.title)
        .uid(dashboard.uid)
        .description(dashboard.says)
        .tags(["segue"])
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .refresh("30s")
        .time("now-6h", "now")
        .with_variable(grafana.DatasourceVariable("source").label("Source").type("prometheus"))
        .with_variable(
            grafana.QueryVariable("job")
            .label("Deployment")
            .datasource(SOURCE)
            .query("label_values(segue_build_info, job)")
            .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        )
        .link(
            grafana.DashboardLink("Segue")
            .type(DashboardLinkType.DASHBOARDS)
            .tags(["segue"])
            .keep_time(True)
            .include_vars(True)
        )
    )
    for panel, place in zip(dashboard.panels, _places(dashboard.panels), strict=True):
        page = page.with_panel(_panel(panel, place))
    return page


def _panel(panel: Panel, place: GridPos) -> timeseries.Panel | stat.Panel | bargauge.Panel:
    match panel.kind:
        case "lines":
            return _filled(_lines(), panel, place)
        case "bars":
            bars = bargauge.Panel().orientation(VizOrientation.HORIZONTAL).reduce_options(_newest())
            return _filled(bars, panel, place)
        case "number":
            several = any(query.legend for query in panel.queries)
            mode = BigValueTextMode.VALUE_AND_NAME if several else BigValueTextMode.VALUE
            return _filled(stat.Panel().text_mode(mode).reduce_options(_newest()), panel, place)


def _newest() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def _lines() -> timeseries.Panel:
    legend = common.VizLegendOptions().show_legend(True)
    return (
        timeseries.Panel()
        .legend(legend.display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM))
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
    )


def _filled(shown: T, panel: Panel, place: GridPos) -> T:
    shown.title(panel.title).description(panel.says).unit(panel.unit).datasource(SOURCE).grid_pos(place)
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        asked = Dataquery().expr(query.expr).legend_format(query.legend).ref_id(letter).datasource(SOURCE)
        shown.with_target(asked.range() if panel.kind == "lines" else asked.instant())
    return shown


def _places(panels: Iterable[Panel]) -> list[GridPos]:
    """Lay panels out from left to right; one that does not fit begins a row, which is as high as its highest."""
    places: list[GridPos] = []
    x = y = row = 0
    for panel in panels:
        if x + panel.width > COLUMNS:
            x, y, row = 0, y + row, 0
        places.append(GridPos(h=HEIGHT[panel.kind], w=panel.width, x=x, y=y))
        x, row = x + panel.width, max(row, HEIGHT[panel.kind])
    return places
