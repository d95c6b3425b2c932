#include "offline/artifact_shapes.h"

namespace tabletalk::offline {

const std::string_view kHead = R"tsx(import { $imports } from "recharts";

type Row = Record<string, unknown>;

$constants
const text = (value: unknown): string =>
  value === null || value === undefined ? "(none)" : String(value);
const toNumber = (value: unknown): number | null => {
  const number = typeof value === "number" ? value : Number(value);
  return value === null || value === undefined || Number.isNaN(number) ? null : number;
};
const shown = (value: unknown): string => {
  const number = toNumber(value);
  return number === null ? text(value) : number.toLocaleString();
};

export default function Viz({ data, params }: { data: Row[]; params: Record<string, any> }) {
)tsx";

const std::string_view kCartesian =
    R"tsx(  const colors = [params.color || COLORS[0], ...COLORS.slice(1)];
  return (
    <figure style={{ margin: 0 }}>
      <figcaption style={{ fontWeight: 600, marginBottom: 8 }}>{params.title}</figcaption>
      <ResponsiveContainer width="100%" height={360}>
        <$Chart data={data}$layout>
          <CartesianGrid strokeDasharray="3 3" />
$axes
          <Tooltip formatter={(value: unknown) => shown(value)} />
          {params.legend ? <Legend /> : null}
          {MEASURES.map((measure, i) => (
            <$Series
              key={measure}
              name={measure}
              dataKey={(row: Row) => toNumber(row[measure])}
$look
            />
          ))}
        </$Chart>
      </ResponsiveContainer>
    </figure>
  );
}
)tsx";

const std::string_view kUpright = R"tsx(          <XAxis dataKey={(row: Row) => text(row[X])} />
          <YAxis tickFormatter={(value: number) => shown(value)} />)tsx";
const std::string_view kLying =
    R"tsx(          <XAxis type="number" tickFormatter={(value: number) => shown(value)} />
          <YAxis type="category" width={140} dataKey={(row: Row) => text(row[X])} />)tsx";

const std::string_view kPie =
    R"tsx(  const colors = [params.color || COLORS[0], ...COLORS.slice(1)];
  const slices = data
    .map((row) => ({ name: text(row[X]), value: toNumber(row[MEASURES[0]]) ?? 0 }))
    .filter((slice) => slice.value > 0);
  return (
    <figure style={{ margin: 0 }}>
      <figcaption style={{ fontWeight: 600, marginBottom: 8 }}>{params.title}</figcaption>
      <ResponsiveContainer width="100%" height={360}>
        <PieChart>
          <Pie data={slices} dataKey="value" nameKey="name" innerRadius={params.donut ? 70 : 0} label>
            {slices.map((slice, i) => (
              <Cell key={slice.name} fill={colors[i % colors.length]} />
            ))}
          </Pie>
          <Tooltip formatter={(value: unknown) => shown(value)} />
          {params.legend ? <Legend /> : null}
        </PieChart>
      </ResponsiveContainer>
    </figure>
  );
}
)tsx";

const std::string_view kScatter = R"tsx(  const points = data
    .map((row) => ({ x: toNumber(row[X]), y: toNumber(row[MEASURES[0]]) }))
    .filter((point) => point.x !== null && point.y !== null);
  return (
    <figure style={{ margin: 0 }}>
      <figcaption style={{ fontWeight: 600, marginBottom: 8 }}>{params.title}</figcaption>
      <ResponsiveContainer width="100%" height={360}>
        <ScatterChart>
          <CartesianGrid strokeDasharray="3 3" />
          <XAxis type="number" dataKey="x" name={X} tickFormatter={(value: number) => shown(value)} />
          <YAxis
            type="number"
            dataKey="y"
            name={MEASURES[0]}
            tickFormatter={(value: number) => shown(value)}
          />
          <Tooltip formatter={(value: unknown) => shown(value)} />
          {params.legend ? <Legend /> : null}
          <Scatter name={MEASURES[0]} data={points} fill={params.color || COLORS[0]} />
        </ScatterChart>
      </ResponsiveContainer>
    </figure>
  );
}
)tsx";

const std::string_view kTable = R"tsx(type Row = Record<string, unknown>;

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? value.toLocaleString() : String(value);
};

export default function Viz({ data, params }: { data: Row[]; params: Record<string, any> }) {
  const columns = Object.keys(data[0] ?? {});
  const rows = data.slice(0, params.rows || data.length);
  return (
    <figure style={{ margin: 0, overflowX: "auto" }}>
      <figcaption style={{ fontWeight: 600, marginBottom: 8 }}>{params.title}</figcaption>
      <table style={{ borderCollapse: "collapse", width: "100%" }}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} style={{ textAlign: "left", color: params.color, padding: "4px 12px" }}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td
                  key={column}
                  style={{
                    textAlign: typeof row[column] === "number" ? "right" : "left",
                    padding: "4px 12px",
                    borderTop: "1px solid #e5e7eb",
                  }}
                >
                  {shown(row[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
)tsx";

const std::string_view kNumber = R"tsx(type Row = Record<string, unknown>;

$constants
const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "no value";
  const number = typeof value === "number" ? value : Number(value);
  return Number.isNaN(number) ? String(value) : number.toLocaleString();
};

export default function Viz({ data, params }: { data: Row[]; params: Record<string, any> }) {
  const row = data[0] ?? {};
  return (
    <figure style={{ margin: 0, textAlign: "center" }}>
      <figcaption>{params.title}</figcaption>
      {MEASURES.map((measure) => (
        <p key={measure} style={{ margin: "8px 0" }}>
          <strong style={{ fontSize: 48, color: params.color }}>{shown(row[measure])}</strong>
          <br />
          <small>{measure}</small>
        </p>
      ))}
    </figure>
  );
}
)tsx";

const std::string_view kColors =
    R"tsx(const COLORS = ["#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#14b8a6", "#ec4899"];
)tsx";

}  // namespace tabletalk::offline
